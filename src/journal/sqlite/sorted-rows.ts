import { oldestFirst, spanOf } from './account-spans.js';
import type { Database } from './database.js';

/**
 * Records, trades and instructions are numbered without gaps, and what is asked here rises with the number: halving finds the
 * place, where an index would cost every row that is written.
 */
export function firstTradeAfter(database: Database, sequence: number): number {
  const statement = database.statement('SELECT sequence FROM trades WHERE trade_id = ?');
  return firstWhere(lastOf(database, 'trade_id', 'trades'), (id) => Number(statement.get(id)?.sequence) > sequence);
}

/** The last record that touches an account and whose postings begin before one of them; 0 if there is none. */
export function lastRecordBeforePosting(database: Database, accountId: number, postingId: number): number {
  const next = `SELECT first_posting_id FROM account_history
    WHERE holder_id = ?1 AND span >= ${spanOf('?2')} AND touched_at >= ?2 ORDER BY ${oldestFirst} LIMIT 1`;
  const statement = database.statement(next);
  return (
    firstWhere(lastOf(database, 'sequence', 'journal'), (sequence) => {
      const row = statement.get(accountId, sequence);
      return row === undefined || Number(row.first_posting_id) >= postingId;
    }) - 1
  );
}

/** The first instruction that was made by a record or one after it. */
export function firstInstructionOf(database: Database, sequence: number): number {
  const statement = database.statement('SELECT cycle_sequence FROM instructions WHERE instruction_id = ?');
  const last = lastOf(database, 'instruction_id', 'instructions');
  return firstWhere(last, (id) => Number(statement.get(id)?.cycle_sequence) >= sequence);
}

/** The last record that was taken before a time; 0 if there is none. */
export function lastSequenceBefore(database: Database, time: number): number {
  const statement = database.statement('SELECT time FROM journal WHERE sequence = ?');
  const last = lastOf(database, 'sequence', 'journal');
  return firstWhere(last, (sequence) => Number(statement.get(sequence)?.time) >= time) - 1;
}

function lastOf(database: Database, key: string, table: string): number {
  return Number(database.statement(`SELECT max(${key}) AS last FROM ${table}`).get()?.last ?? 0);
}

/** The first number from 1 to `last` of which something holds, as it does of all after it; else the one behind the last. */
function firstWhere(last: number, holds: (number: number) => boolean): number {
  let [low, high] = [1, last + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
