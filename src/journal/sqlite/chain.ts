import type { StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { JournalDamaged, type JournalHead } from '../journal.js';
import type { SealedText } from '../record-codec.js';
import { genesisHash, hashOfRecord, hashOfText } from '../record-hash.js';
import { type Database, isCorruption } from './database.js';

/** The last record that was checked: what the next one must follow. */
export type Link = Pick<JournalHead, 'sequence' | 'hash'>;

const genesis: JournalHead = { sequence: 0, time: 0, hash: genesisHash };
const verifyPageRecords = 4_000;
/** So many are read at once, which takes less than reading one after another; no more, since a record may be large. */
const readRecords = 128;

const selectRecords = `SELECT sequence, time, type, origin, command, reject, events, balances,
  previous_hash, hash
  FROM journal WHERE sequence > ? ORDER BY sequence LIMIT +?`;

/**
 * What `hashOfRecord` hashes, put together by SQLite, so that fewer values have to come out of it. The lengths are
 * those in bytes: where a text is not all ASCII, the record does not fit by this. No text is greater than an empty
 * blob, nor a number than an empty text: a value of another type makes it NULL. Both hashes are compared as texts.
 */
const selectSealed = `SELECT sequence, previous_hash, hash,
  CASE WHEN time < '' AND type < x'' AND origin < x'' AND command < x'' AND reject < x'' AND events < x''
    AND balances < x''
  THEN concat(previous_hash, ' ', sequence, ' ', time, ' ', octet_length(type), ' ', octet_length(origin), ' ',
    octet_length(command), ' ', octet_length(reject), ' ', octet_length(events), ' ', octet_length(balances), char(10),
    type, origin, command, reject, events, balances) END
  FROM journal WHERE sequence > ? ORDER BY sequence LIMIT +?`;

type Row = readonly unknown[];
type SealedRow = readonly [number, number, string, string, string, string, string, string, string, string];

/** Reads the journal in order and checks each record against the one before it. */
export class Chain {
  private readonly recordsStatement: StatementSync;
  private readonly sealedStatement: StatementSync;

  /** Plain numbers and arrays instead of objects: at a start the whole journal goes through here. */
  constructor(private readonly database: Database) {
    this.recordsStatement = database.connection.prepare(selectRecords);
    this.recordsStatement.setReturnArrays(true);
    this.sealedStatement = database.connection.prepare(selectSealed);
    this.sealedStatement.setReturnArrays(true);
  }

  /** Where a walk that begins after a sequence stands. Throws `JournalDamaged` if that record is not there. */
  linkAt(sequence: number): JournalHead {
    if (sequence === 0) return genesis;
    const row = this.database.statement('SELECT time, hash FROM journal WHERE sequence = ?').get(sequence);
    if (row === undefined) throw new JournalDamaged(`record ${sequence} of the journal is missing`, sequence);
    return { sequence, time: Number(row.time), hash: String(row.hash) };
  }

  /** Checks up to `limit` records after a link, hands each to `visit`, and gives the last link; the same one at the end. */
  walk(from: Link, limit: number, visit?: (record: SealedText) => void): Link {
    const head = headOf(this.database);
    const end = from.sequence + limit;
    let link = from;
    while (link.sequence < end) {
      const rows = rowsAfter(this.recordsStatement, link.sequence, Math.min(readRecords, end - link.sequence));
      if (rows.length === 0) break;
      for (const row of rows) {
        const record = checkedRecord(link, row);
        visit?.(record);
        link = record;
      }
    }
    if (link.sequence < end && link.sequence < head.sequence) throw missing(link.sequence + 1);
    return { sequence: link.sequence, hash: link.hash };
  }

  /** A page of records that were checked; an empty one at the end. */
  page(from: Link): SealedText[] {
    const records: SealedText[] = [];
    this.walk(from, readRecords, (record) => records.push(record));
    return records;
  }

  /** Checks what comes after a sequence, all of it or up to another, and lets others have the thread between two pages. */
  async verify(
    afterSequence: number,
    onProgress?: (sequence: number) => void,
    throughSequence = Number.MAX_SAFE_INTEGER,
  ): Promise<JournalHead> {
    let link: Link = this.linkAt(afterSequence);
    while (link.sequence < throughSequence) {
      const next = this.pass(link, Math.min(verifyPageRecords, throughSequence - link.sequence));
      if (next.sequence === link.sequence) break;
      link = next;
      onProgress?.(link.sequence);
      await setImmediate();
    }
    return this.linkAt(link.sequence);
  }

  /** As `walk`, for whoever wants no records, which takes less time. What does not fit the way SQLite puts it is walked. */
  private pass(from: Link, limit: number): Link {
    const end = from.sequence + limit;
    let link = from;
    while (link.sequence < end) {
      const rows = rowsAfter(this.sealedStatement, link.sequence, Math.min(readRecords, end - link.sequence));
      for (const row of rows) link = linkOf(link, row) ?? this.walk(link, 1);
      if (rows.length === 0) return this.walk(link, 1);
    }
    return link;
  }
}

/** The last record as it was noted beside the journal. Throws `JournalDamaged` if the note is gone. */
export function headOf(database: Database): JournalHead {
  const row = database.statement('SELECT sequence, time, hash FROM journal_head').get();
  if (row === undefined) throw new JournalDamaged('the head of the journal is missing', 0);
  return { sequence: Number(row.sequence), time: Number(row.time), hash: String(row.hash) };
}

/** Where some cannot be read, those before them are given one by one, so that the first of them is named. */
function rowsAfter(statement: StatementSync, sequence: number, limit: number): readonly Row[] {
  try {
    return statement.all(sequence, limit) as unknown as Row[];
  } catch (error) {
    if (!isCorruption(error)) throw error;
    if (limit > 1) return rowsAfter(statement, sequence, 1);
    const message = `record ${sequence + 1} of the journal cannot be read: ${(error as Error).message}`;
    throw new JournalDamaged(message, sequence + 1);
  }
}

/** The next link, if a row of `selectSealed` is that. */
function linkOf(link: Link, row: Row): Link | undefined {
  const [sequence, previousHash, hash, text] = row;
  if (sequence !== link.sequence + 1 || previousHash !== link.hash) return undefined;
  return typeof text === 'string' && hashOfText(text) === hash ? { sequence, hash } : undefined;
}

function checkedRecord(link: Link, row: Row): SealedText {
  const expected = link.sequence + 1;
  if (row[0] !== expected) throw missing(expected);
  if (typeof row[1] !== 'number' || !hasTexts(row)) {
    throw new JournalDamaged(`record ${expected} of the journal holds values of the wrong type`, expected);
  }
  const [sequence, time, type, origin, command, reject, events, balances, previousHash, hash] = row as SealedRow;
  const record = { sequence, time, type, origin, command, reject, events, balances, previousHash, hash };
  if (previousHash !== link.hash) {
    throw new JournalDamaged(`record ${expected} of the journal does not follow the one before it`, expected);
  }
  if (hashOfRecord(link.hash, record) !== hash) {
    throw new JournalDamaged(`record ${expected} of the journal is not what was written: its hash differs`, expected);
  }
  return record;
}

function hasTexts(row: Row): boolean {
  for (let at = 2; at < row.length; at += 1) if (typeof row[at] !== 'string') return false;
  return true;
}

function missing(sequence: number): JournalDamaged {
  return new JournalDamaged(`record ${sequence} of the journal is missing`, sequence);
}
