import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { discrepancy } from './discrepancy.js';

const countRecords = 'SELECT count(*) AS records, min(sequence) AS first, max(sequence) AS last FROM journal';
/** An order is kept as a list. */
const findRepeats = `SELECT iif(type = 'PlaceOrder', command ->> '$[2]', command ->> '$.accountId') AS account,
    iif(type = 'PlaceOrder', command ->> '$[3]', command ->> '$.idempotencyKey') AS client_key,
    count(*) AS records, group_concat(sequence) AS sequences
  FROM journal WHERE client_key IS NOT NULL GROUP BY type, account, client_key HAVING records > 1 LIMIT 1`;

/** Looks into the journal's file with nothing but SQL. Throws if the sequence has a gap; gives the last one. */
export function lastSequenceWithoutGap(dataDirectory: string): number {
  return reading(dataDirectory, (database) => {
    const { records, first, last } = database.prepare(countRecords).get()!;
    if (first !== 1 || last !== records)
      throw discrepancy('the sequence has a gap', 'every number from 1 on', { first, last, records });
    return Number(last);
  });
}

/** Throws if a key was carried out twice. */
export function assertNothingRepeated(dataDirectory: string): void {
  reading(dataDirectory, (database) => {
    const repeat = database.prepare(findRepeats).get();
    if (repeat !== undefined) throw discrepancy('the journal has a key twice', 'once', repeat);
  });
}

function reading<Value>(dataDirectory: string, read: (database: DatabaseSync) => Value): Value {
  const database = new DatabaseSync(join(dataDirectory, 'journal.sqlite'), { readOnly: true, timeout: 5_000 });
  try {
    return read(database);
  } finally {
    database.close();
  }
}
