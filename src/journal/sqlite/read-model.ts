import type { AccountStatus } from '../../engine/command.js';
import type { SealedRecord } from '../journal.js';
import { orderIdPlaces } from '../order-lists.js';
import type {
  AccountPosition,
  AccountRecord,
  AccountRecordsQuery,
  AccountRow,
  CandleQuery,
  CandleRow,
  DayRow,
  FillRow,
  LedgerRow,
  OrderRow,
  OrderStatus,
  Page,
  PageQuery,
  Queries,
  RecordedEvents,
  TradeRow,
  TransferRow,
} from '../queries.js';
import { decodeRecord } from '../record-codec.js';
import type { SettlementQueries } from '../settlement-queries.js';
import { newestFirst, oldestFirst, spanOf } from './account-spans.js';
import type { Database } from './database.js';
import { dayOfMinutes } from './day.js';
import {
  accountEventPage,
  accountPosition,
  accountRecord,
  eventPage,
  recordedEvents,
  sequenceOfAccountEvent,
} from './event-pages.js';
import { fillsBefore, fillsOfOrder, fillsPage } from './fills-page.js';
import { KnownMarkets } from './known-markets.js';
import { ledgerPage } from './ledger-page.js';
import { assertLimit, type Condition, scanPage } from './page-scan.js';
import { accountRow, candleRow, orderRow, type StoredRow, sealedText, tradeRow, transferRow } from './rows.js';
import { SettlementReadModel } from './settlement-read-model.js';

const dayMs = 86_400_000;
const selectByKey = `SELECT * FROM orders
  WHERE order_id = (SELECT order_id FROM client_order_ids WHERE account_id = ? AND client_order_id = ?)`;
/** Among the last thousand orders. */
const selectUnkeyed = `SELECT * FROM orders
  WHERE order_id > (SELECT keyed_sequence FROM journal_head) AND account_id = ? AND client_order_id = ?`;

/** The queries over one connection. They answer at once; the promises are the port's. */
export class ReadModel implements Queries {
  readonly settlement: SettlementQueries;
  private readonly markets: KnownMarkets;

  constructor(protected readonly database: Database) {
    this.markets = new KnownMarkets(database);
    this.settlement = new SettlementReadModel(database, this.markets);
  }

  async account(accountId: number): Promise<AccountRow | undefined> {
    const row = this.row('SELECT * FROM accounts WHERE account_id = ?', accountId);
    return row && accountRow(row);
  }

  async accountByIdempotencyKey(key: string): Promise<AccountRow | undefined> {
    const row = this.row('SELECT * FROM accounts WHERE idempotency_key = ?', key);
    return row && accountRow(row);
  }

  async accounts(query: PageQuery & { ownerId?: string; status?: AccountStatus }): Promise<Page<AccountRow>> {
    const scan = { from: 'accounts', key: 'account_id', descending: false };
    const within = equal({ owner_id: query.ownerId });
    return scanPage(this.database, { ...scan, within, where: equal({ status: query.status }) }, query, accountRow);
  }

  async order(orderId: number): Promise<OrderRow | undefined> {
    const row = this.row('SELECT * FROM orders WHERE order_id = ?', orderId);
    return row && this.orderWithFills(row);
  }

  async orderByClientOrderId(accountId: number, clientOrderId: string): Promise<OrderRow | undefined> {
    const row = this.row(selectUnkeyed, accountId, clientOrderId);
    return row === undefined ? this.orderByKey(accountId, clientOrderId) : this.orderWithFills(row);
  }

  /** Of those that have their key in its table. */
  protected orderByKey(accountId: number, clientOrderId: string): OrderRow | undefined {
    const row = this.row(selectByKey, accountId, clientOrderId);
    return row && this.orderWithFills(row);
  }

  async orders(query: PageQuery & OrderFilter): Promise<Page<OrderRow>> {
    const { accountId, symbol, status } = query;
    const where = equal({ account_id: accountId, symbol, status });
    const scan = { ...narrowOrders(query), descending: true, where };
    return scanPage(this.database, scan, query, (row) => this.orderWithFills(row));
  }

  async transfer(transferId: number): Promise<TransferRow | undefined> {
    const row = this.row('SELECT * FROM transfers WHERE transfer_id = ?', transferId);
    return row && transferRow(row);
  }

  async transferByIdempotencyKey(accountId: number, key: string): Promise<TransferRow | undefined> {
    const sql = 'SELECT * FROM transfers WHERE key_account_id = ? AND idempotency_key = ?';
    const row = this.row(sql, accountId, key);
    return row && transferRow(row);
  }

  async ledger(query: PageQuery & { accountId: number; asset?: string }): Promise<Page<LedgerRow>> {
    return ledgerPage(this.database, this.markets, query);
  }

  async fills(query: PageQuery & { accountId: number; symbol?: string }): Promise<Page<FillRow>> {
    return fillsPage(this.database, query);
  }

  async trades(query: PageQuery & { symbol: string }): Promise<Page<TradeRow>> {
    const within = equal({ symbol: query.symbol });
    const scan = { from: 'trades', key: 'trade_id', descending: true, within, where: [] };
    return scanPage(this.database, scan, query, tradeRow);
  }

  async candles(query: CandleQuery): Promise<Page<CandleRow>> {
    assertLimit(query.limit);
    const sql = `SELECT * FROM candles WHERE symbol = ? AND interval = ? AND open_time >= ? AND open_time < ?
      ORDER BY open_time DESC LIMIT +?`;
    const { symbol, interval, limit, from = 0, to = Number.MAX_SAFE_INTEGER } = query;
    const rows = this.database
      .statement(sql)
      .all(symbol, interval, from, to, limit + 1)
      .map(candleRow);
    const items = rows.slice(0, limit);
    return rows.length > limit ? { items, nextCursor: items.at(-1)?.openTime } : { items };
  }

  /** From the minutes that open within the 24 hours: 1,440 rows at most. */
  async day(symbol: string, time: number): Promise<DayRow | undefined> {
    const sql = `SELECT * FROM candles WHERE symbol = ? AND interval = '1m' AND open_time > ? AND open_time <= ?
      ORDER BY open_time`;
    return dayOfMinutes(
      this.database
        .statement(sql)
        .all(symbol, time - dayMs, time)
        .map(candleRow),
    );
  }

  async records(query: PageQuery & RecordFilter): Promise<Page<SealedRecord>> {
    const narrowed = this.narrowRecords(query);
    if (narrowed === undefined) return { items: [] };
    const where: Condition[] = [];
    if (query.eventType !== undefined) {
      const type = `coalesce(event.value ->> 'type', event.value ->> 0)`;
      const sql = `EXISTS (SELECT 1 FROM json_each(events) AS event WHERE ${type} = ?)`;
      where.push({ sql, value: query.eventType });
    }
    if (query.orderId !== undefined) where.push(mentionsOrder(query.orderId));
    const scan = { ...narrowed, descending: false, where };
    return scanPage(this.database, scan, query, (row) => decodeRecord(sealedText(row)));
  }

  async recordedEvents(query: { fromSequence: number; limit: number }): Promise<readonly RecordedEvents[]> {
    return eventPage(this.database, query).map(recordedEvents);
  }

  async accountRecords(query: AccountRecordsQuery): Promise<readonly AccountRecord[]> {
    return accountEventPage(this.database, query).map(accountRecord);
  }

  async accountPosition(accountId: number, beforeSequence = Number.MAX_SAFE_INTEGER): Promise<AccountPosition> {
    return accountPosition(this.database, accountId, beforeSequence);
  }

  async sequenceOfAccountEvent(accountId: number, accountSequence: number): Promise<number | undefined> {
    return sequenceOfAccountEvent(this.database, accountId, accountSequence);
  }

  async orderBefore(orderId: number, tradeId: number): Promise<OrderRow | undefined> {
    const row = this.row('SELECT * FROM orders WHERE order_id = ?', orderId);
    if (row === undefined) return undefined;
    const sums = fillsBefore(this.database, row, tradeId);
    return orderRow(
      {
        ...row,
        status: sums.filled_quantity === 0n ? 'NEW' : 'PARTIALLY_FILLED',
        filled_quantity: sums.filled_quantity,
        filled_notional: sums.filled_notional,
        updated_at: sums.executed_at ?? row.created_at,
      },
      [],
    );
  }

  /** What concerns an order is among the records of its account, from the one that it was placed in to its last. */
  private narrowRecords(query: PageQuery & RecordFilter): Narrowed | undefined {
    const { accountId, orderId } = query;
    if (orderId === undefined) {
      if (accountId === undefined) return { from: 'journal', key: 'journal.sequence', within: [] };
      return recordsOfAccount(accountId, query.cursor ?? 0);
    }
    const order = this.row('SELECT account_id, last_sequence FROM orders WHERE order_id = ?', orderId);
    if (order === undefined || Number(order.account_id) !== (accountId ?? Number(order.account_id))) return undefined;
    const narrowed = recordsOfAccount(Number(order.account_id), Math.max(orderId, query.cursor ?? 0));
    narrowed.within.push({ sql: 'touched_at >= ?', value: orderId });
    narrowed.within.push({ sql: 'touched_at <= ?', value: Number(order.last_sequence) });
    narrowed.within.push({ sql: `span <= ${spanOf('?')}`, value: Number(order.last_sequence) });
    return narrowed;
  }

  private orderWithFills(row: StoredRow): OrderRow {
    if (row.filled_quantity === 0n) return orderRow(row, []);
    return orderRow(row, fillsOfOrder(this.database, row));
  }

  private row(sql: string, ...values: (string | number)[]): StoredRow | undefined {
    return this.database.statement(sql).get(...values);
  }
}

interface OrderFilter {
  readonly accountId?: number;
  readonly symbol?: string;
  readonly status?: OrderStatus;
}

interface RecordFilter {
  readonly accountId?: number;
  readonly orderId?: number;
  readonly eventType?: string;
}

function equal(columns: Record<string, string | number | undefined>): Condition[] {
  return Object.entries(columns).flatMap(([column, value]) =>
    value === undefined ? [] : [{ sql: `${column} = ?`, value }],
  );
}

/** An account's open orders have an index of their own; all others are found by the records that they were placed in. */
function narrowOrders({ accountId, status, cursor }: PageQuery & OrderFilter): Narrowed {
  if (accountId === undefined) return { from: 'orders', key: 'order_id', within: [] };
  if (status === 'NEW' || status === 'PARTIALLY_FILLED') {
    const open: Condition = { sql: `status IN ('NEW', 'PARTIALLY_FILLED')` };
    return { from: 'orders', key: 'order_id', within: [open, ...equal({ account_id: accountId })] };
  }
  const within = equal({ holder_id: accountId });
  if (cursor !== undefined) within.push({ sql: `span <= ${spanOf('?')}`, value: cursor });
  return {
    ...{ from: 'account_history LEFT JOIN orders ON order_id = touched_at', key: 'touched_at' },
    ...{ order: newestFirst, within },
  };
}

interface Narrowed {
  readonly from: string;
  readonly key: string;
  readonly order?: string;
  readonly within: Condition[];
}

function recordsOfAccount(accountId: number, fromSequence: number): Narrowed {
  const from = { sql: `span >= ${spanOf('?')}`, value: fromSequence };
  return {
    ...{ from: 'account_history CROSS JOIN journal ON sequence = touched_at', key: 'touched_at' },
    ...{ order: oldestFirst, within: [...equal({ holder_id: accountId }), from] },
  };
}

function mentionsOrder(orderId: number): Condition {
  const places = Object.entries(orderIdPlaces).flatMap(([type, at]) => at.map((place) => ({ type, place })));
  const inLists = places.map(({ type, place }) => `iif(event.value ->> 0 = '${type}', event.value ->> ${place}, NULL)`);
  return {
    sql: `EXISTS (SELECT 1 FROM json_each(events) AS event WHERE ? IN (event.value ->> 'orderId', ${inLists.join(', ')}))`,
    value: orderId,
  };
}
