import type { StatementSync } from 'node:sqlite';
import type { Database } from './database.js';

/** A table and the columns of its primary key, in whose order both sides are read without being sorted. */
export interface ComparedTable {
  readonly table: string;
  readonly key: readonly string[];
}

/** All that follows from the journal. */
export const readModelTables: readonly ComparedTable[] = [
  { table: 'meta', key: ['key'] },
  { table: 'markets', key: ['symbol'] },
  { table: 'accounts', key: ['account_id'] },
  { table: 'account_spans', key: ['account_id', 'span'] },
  { table: 'account_records', key: ['span', 'account_id', 'sequence'] },
  { table: 'orders', key: ['order_id'] },
  { table: 'client_order_ids', key: ['account_id', 'client_order_id'] },
  { table: 'trades', key: ['trade_id'] },
  { table: 'order_trades', key: ['order_id', 'trade_id'] },
  { table: 'transfers', key: ['transfer_id'] },
  { table: 'settlement_cycles', key: ['sequence'] },
  { table: 'settlement_cycle_markets', key: ['symbol', 'through_sequence'] },
  { table: 'instructions', key: ['instruction_id'] },
  { table: 'instruction_history', key: ['instruction_id', 'step'] },
  { table: 'candles', key: ['symbol', 'interval', 'open_time'] },
];

type Row = readonly (bigint | string | null)[];

/** The first row in which a table differs from what it should be, in a sentence; else how many rows it has. */
export function firstDifference({ table, key }: ComparedTable, expected: Database, kept: Database): string | number {
  const sql = `SELECT * FROM ${table} ORDER BY ${key.join(', ')}`;
  const wanted = rowsOf(expected, sql);
  const found = rowsOf(kept, sql);
  const columns = wanted.columns().map(({ name }) => name);
  const keyAt = key.map((name) => columns.indexOf(name));
  const nameOf = (row: Row) => `${table} (${key.map((name, at) => `${name} ${row[keyAt[at]!]}`).join(', ')})`;
  const foundRows = found.iterate()[Symbol.iterator]();
  let rows = 0;
  for (const wantedRow of wanted.iterate() as unknown as Iterable<Row>) {
    const foundRow = nextOf(foundRows);
    const order = foundRow === undefined ? -1 : compareKeys(wantedRow, foundRow, keyAt);
    if (order < 0) return `The row of ${nameOf(wantedRow)} is missing`;
    if (order > 0) return `The row of ${nameOf(foundRow!)} does not follow from the journal`;
    const column = wantedRow.findIndex((value, at) => value !== foundRow![at]);
    if (column !== -1) {
      return `The row of ${nameOf(wantedRow)} has ${columns[column]} ${foundRow![column]}, the journal says ${wantedRow[column]}`;
    }
    rows += 1;
  }
  const extra = nextOf(foundRows);
  return extra === undefined ? rows : `The row of ${nameOf(extra)} does not follow from the journal`;
}

function rowsOf(database: Database, sql: string): StatementSync {
  const statement = database.connection.prepare(sql);
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  return statement;
}

function nextOf(rows: Iterator<unknown>): Row | undefined {
  const { done, value } = rows.next();
  return done ? undefined : (value as Row);
}

/** Keys are whole numbers and plain ASCII, which JavaScript orders as SQLite does. */
function compareKeys(a: Row, b: Row, keyAt: readonly number[]): number {
  for (const at of keyAt) {
    const [left, right] = [a[at]!, b[at]!];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
