import type { FillRow, Page, PageQuery } from '../queries.js';
import { newestFirst, spanOf } from './account-spans.js';
import type { Database } from './database.js';
import { scanPage } from './page-scan.js';
import { fillRow, type StoredRow } from './rows.js';

/** An order's answer carries its first fills only; the rest are found in the fills of its account. */
export const fillsPerOrderMax = 1_000;

/** Those of the record that an order was placed in, and those of later ones. */
const tradesOfOrder = `SELECT trades.* FROM orders
    CROSS JOIN account_records AS placed ON placed.span = ${spanOf('orders.order_id')}
      AND placed.account_id = orders.account_id AND placed.sequence = orders.order_id
    CROSS JOIN trades ON trade_id BETWEEN first_trade_id AND last_trade_id
  WHERE orders.order_id = ?1 AND ?1 IN (taker_order_id, maker_order_id)
  UNION ALL
  SELECT trades.* FROM order_trades CROSS JOIN trades USING (trade_id) WHERE order_trades.order_id = ?1`;
const selectFills = `${tradesOfOrder} ORDER BY trade_id LIMIT ${fillsPerOrderMax}`;
const selectSumsBefore = `SELECT coalesce(sum(quantity), 0) AS filled_quantity,
  coalesce(sum(notional), 0) AS filled_notional, max(executed_at) AS executed_at
  FROM (${tradesOfOrder}) WHERE trade_id < ?2`;
const tradesOfRecords = 'account_history CROSS JOIN trades ON trade_id BETWEEN first_trade_id AND last_trade_id';
/** The record of the trade that a cursor names. */
const cursorRecord = '(SELECT sequence FROM trades WHERE trade_id = ?)';

/** The first fills of an order, oldest first. */
export function fillsOfOrder(database: Database, orderId: bigint): FillRow[] {
  const rows = database.statement(selectFills).all(orderId);
  return rows.map((row) => fillRow(row, row.taker_order_id === orderId ? 'taker' : 'maker'));
}

/** What filled an order before one of its trades. */
export function fillsBefore(database: Database, orderId: number, tradeId: number): StoredRow {
  return database.statement(selectSumsBefore).get(orderId, tradeId)!;
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
