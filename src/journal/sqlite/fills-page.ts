import type { FillRow, Page, PageQuery } from '../queries.js';
import { newestFirst, spanOf } from './account-spans.js';
import type { Database } from './database.js';
import { scanPage } from './page-scan.js';
import { fillRow, type StoredRow } from './rows.js';

/** An order's answer carries its first fills only; the rest are found in the fills of its account. */
export const fillsPerOrderMax = 1_000;

/** Those of the record that an order of an account was placed in, and those of later ones. */
const firstTrades = `SELECT trades.* FROM account_records CROSS JOIN trades ON trade_id BETWEEN first_trade_id AND last_trade_id
  WHERE span = ${spanOf('?1')} AND account_id = ?2 AND account_records.sequence = ?1
    AND ?1 IN (taker_order_id, maker_order_id)`;
const allTrades = `${firstTrades}
  UNION ALL
  SELECT trades.* FROM order_trades CROSS JOIN trades USING (trade_id) WHERE order_trades.order_id = ?1`;
const selectFirstFills = `${firstTrades} LIMIT ${fillsPerOrderMax}`;
const selectFills = `${allTrades} ORDER BY trade_id LIMIT ${fillsPerOrderMax}`;
const selectSumsBefore = `SELECT coalesce(sum(quantity), 0) AS filled_quantity,
  coalesce(sum(notional), 0) AS filled_notional, max(executed_at) AS executed_at
  FROM (${allTrades}) WHERE trade_id < ?3`;
const tradesOfRecords = 'account_history CROSS JOIN trades ON trade_id BETWEEN first_trade_id AND last_trade_id';
/** The record of the trade that a cursor names. */
const cursorRecord = '(SELECT sequence FROM trades WHERE trade_id = ?)';

/** The first fills of an order, oldest first. Most orders end in the record that they were placed in. */
export function fillsOfOrder(database: Database, { order_id, account_id, last_sequence }: StoredRow): FillRow[] {
  const statement = database.statement(last_sequence === order_id ? selectFirstFills : selectFills);
  const rows = statement.all(order_id as bigint, account_id as bigint);
  return rows.map((row) => fillRow(row, row.taker_order_id === order_id ? 'taker' : 'maker'));
}

/** What filled an order before one of its trades. */
export function fillsBefore(database: Database, { order_id, account_id }: StoredRow, tradeId: number): StoredRow {
  return database.statement(selectSumsBefore).get(order_id as bigint, account_id as bigint, tradeId)!;
}

/** The fills of a customer's account, newest first: those among the trades of the records that touch it. */
export function fillsPage(
  database: Database,
  query: PageQuery & { accountId: number; symbol?: string },
): Page<FillRow> {
  const { accountId, symbol, cursor } = query;
  const within = [{ sql: 'holder_id = ?', value: accountId }];
  if (cursor !== undefined) {
    within.push({ sql: `span <= ${spanOf(cursorRecord)}`, value: cursor });
    within.push({ sql: `touched_at <= ${cursorRecord}`, value: cursor });
  }
  const where = [{ sql: '? IN (taker_account_id, maker_account_id)', value: accountId }];
  const ofSymbol = symbol === undefined ? [] : [{ sql: 'symbol = ?', value: symbol }];
  const scan = {
    ...{ from: tradesOfRecords, key: 'trade_id', descending: true, order: `${newestFirst}, trade_id DESC` },
    ...{ within, where: [...where, ...ofSymbol] },
  };
  // Nobody trades with himself, so a trade is one fill of an account.
  return scanPage(database, scan, query, (row) =>
    fillRow(row, Number(row.taker_account_id) === accountId ? 'taker' : 'maker'),
  );
}
