import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { perSecond } from '../operations.js';
import { TemporaryDirectory } from '../temporary-directory.js';

/**
 * Writes the rows of the last so many records of a journal into a new database with the same tables and indexes, by
 * nothing but prepared statements: 64 records a transaction, each on the disk before the next. Prints how many
 * records a second it wrote, without the first tenth.
 */
const [path = '', wanted = '0'] = process.argv.slice(2);
const batchRecords = 64;
const source = new DatabaseSync(path);
const { sequence: last } = source.prepare('SELECT sequence FROM journal_head').get() as { sequence: number };
const count = Number(wanted);
const first = last - count + 1;

/** Each gives the record that a row is of, and then the row. */
const selections: Readonly<Record<string, string>> = {
  journal: 'SELECT sequence, * FROM journal WHERE sequence >= ?',
  orders: 'SELECT order_id, * FROM orders WHERE order_id >= ?',
  trades: 'SELECT sequence, * FROM trades WHERE sequence >= ?',
  order_trades: `SELECT trades.sequence, order_trades.* FROM order_trades JOIN trades USING (trade_id)
    WHERE trades.sequence >= ?`,
  client_order_ids: 'SELECT order_id, * FROM client_order_ids WHERE order_id >= ?',
  account_spans: `SELECT min(sequence), account_id, span FROM account_spans JOIN account_records USING (account_id, span)
    WHERE sequence >= ? GROUP BY account_id, span`,
  account_records: 'SELECT sequence, * FROM account_records WHERE sequence >= ?',
};

interface Insertion {
  readonly statement: StatementSync;
  readonly row: readonly SQLInputValue[];
}

const directory = new TemporaryDirectory();
const target = new DatabaseSync(join(directory.path, 'rows.sqlite'));
target.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
for (const { sql } of source.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').all()) {
  target.exec(sql as string);
}
const batches = readBatches();
const warmUpBatches = Math.floor(batches.length / 10);

batches.slice(0, warmUpBatches).forEach(write);
const started = performance.now();
batches.slice(warmUpBatches).forEach(write);
const value = perSecond(count - warmUpBatches * batchRecords, started);
target.close();
directory.remove();
console.log(`records/s ${value}`);

function write(batch: readonly Insertion[]): void {
  target.exec('BEGIN IMMEDIATE');
  for (const { statement, row } of batch) statement.run(...row);
  target.exec('COMMIT');
}

function readBatches(): readonly Insertion[][] {
  const filled = Array.from({ length: Math.ceil(count / batchRecords) }, (): Insertion[] => []);
  for (const [table, selection] of Object.entries(selections)) {
    const select = source.prepare(selection);
    select.setReadBigInts(true);
    select.setReturnArrays(true);
    let statement: StatementSync | undefined;
    for (const [sequence, ...row] of select.iterate(first) as Iterable<[bigint, ...SQLInputValue[]]>) {
      statement ??= target.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`);
      filled[Math.floor((Number(sequence) - first) / batchRecords)]!.push({ statement, row });
    }
  }
  return filled;
}
