import type { AccountPosition, AccountRecord, AccountRecordsQuery, RecordedEvents } from '../queries.js';
import { decodeBalances, decodeEvents } from '../record-codec.js';
import { newestFirst, oldestFirst, spanOf } from './account-spans.js';
import type { Database } from './database.js';
import { assertLimit } from './page-scan.js';
import type { StoredRow } from './rows.js';

/** A record's events as they are stored: texts cross between threads at less cost than what they say. */
export interface EventText {
  readonly sequence: number;
  readonly time: number;
  readonly events: string;
  readonly balances: string;
}

/** The same of one account, with the number of its first event in it. */
export interface AccountEventText extends EventText {
  readonly firstAccountSequence: number;
}

const selectEvents = `SELECT sequence, time, events, balances FROM journal
  WHERE sequence >= ? ORDER BY sequence LIMIT +?`;
const selectAccountEvents = `SELECT sequence, time, events, balances, last_event
  FROM account_history CROSS JOIN journal ON sequence = touched_at
  WHERE holder_id = ?1 AND span >= ${spanOf('?2')} AND touched_at >= ?2 ORDER BY ${oldestFirst} LIMIT +?3`;
const selectPosition = `SELECT touched_at, last_event FROM account_history
  WHERE holder_id = ?1 AND span <= ${spanOf('?2')} AND touched_at < ?2 ORDER BY ${newestFirst} LIMIT 1`;
const selectNext = `SELECT touched_at, last_event FROM account_history
  WHERE holder_id = ?1 AND span >= ${spanOf('?2')} AND touched_at >= ?2 ORDER BY ${oldestFirst} LIMIT 1`;

export function eventPage(database: Database, query: { fromSequence: number; limit: number }): EventText[] {
  assertLimit(query.limit);
  const rows = database.statement(selectEvents).all(query.fromSequence, query.limit);
  return rows.map(eventText);
}

/** A record's first number follows the last one of the record before it. */
export function accountEventPage(database: Database, query: AccountRecordsQuery): AccountEventText[] {
  const { accountId, fromSequence, limit } = query;
  assertLimit(limit);
  const rows = database.statement(selectAccountEvents).all(accountId, fromSequence, limit);
  if (rows.length === 0) return [];
  let before = accountPosition(database, accountId, fromSequence).accountSequence;
  return rows.map((row) => {
    const firstAccountSequence = before + 1;
    before = Number(row.last_event);
    return { ...eventText(row), firstAccountSequence };
  });
}

export function accountPosition(database: Database, accountId: number, beforeSequence: number): AccountPosition {
  return position(database.statement(selectPosition).get(accountId, beforeSequence));
}

/**
 * The numbers grow with the sequences, so halving the sequences finds the first record that reaches a number in
 * a few dozen steps along the primary key.
 */
export function sequenceOfAccountEvent(
  database: Database,
  accountId: number,
  accountSequence: number,
): number | undefined {
  const last = accountPosition(database, accountId, Number.MAX_SAFE_INTEGER);
  if (accountSequence < 1 || accountSequence > last.accountSequence) return undefined;
  let [from, to] = [1, last.sequence];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const next = positionFrom(database, accountId, middle);
    if (next.accountSequence < accountSequence) from = next.sequence + 1;
    else to = middle;
  }
  return positionFrom(database, accountId, from).sequence;
}

export function recordedEvents({ sequence, time, events, balances }: EventText): RecordedEvents {
  return { sequence, time, events: decodeEvents(events), balances: decodeBalances(balances) };
}

export function accountRecord(text: AccountEventText): AccountRecord {
  const { firstAccountSequence } = text;
  return { ...recordedEvents(text), firstAccountSequence };
}

/** The first record of an account from a sequence on. */
function positionFrom(database: Database, accountId: number, sequence: number): AccountPosition {
  return position(database.statement(selectNext).get(accountId, sequence));
}

function position(row: StoredRow | undefined): AccountPosition {
  if (row === undefined) return { sequence: 0, accountSequence: 0 };
  return { sequence: Number(row.touched_at), accountSequence: Number(row.last_event) };
}

export function eventText(row: StoredRow): EventText {
  return {
    sequence: Number(row.sequence),
    time: Number(row.time),
    events: row.events as string,
    balances: row.balances as string,
  };
}
