import type { Stamp } from '../../engine/command.js';
import { JournalDamaged, JournalFailed, JournalFull, type JournalHead } from '../journal.js';
import { balanceOwners, decodeEvents, type RecordText } from '../record-codec.js';
import { genesisHash, hashOfRecord } from '../record-hash.js';
import { headOf } from './chain.js';
import { Database, openReadable, resultCode, resultCodeOf } from './database.js';
import { Projection } from './projection.js';
import { createSchema } from './schema.js';

const cacheKib = 8 * 1024;
/** What the log file is cut down to after it grew beyond it. */
const logBytesMax = 64 * 1024 * 1024;
/** `hasRoom` asks for this much. */
const roomBytes = 1024 * 1024;

const insertRecord = `INSERT INTO journal
  (sequence, time, type, origin, command, reject, events, balances, previous_hash, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const updateHead = `UPDATE journal_head SET sequence = ?, time = ?, hash = ?, posting_id = ?, keyed_sequence = ?`;
const selectLast = `SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1`;

/** The writing side: journal and read model on one connection, each batch one transaction. */
export class Store {
  private readonly projection: Projection;
  private failure: JournalFailed | undefined;
  /** Of the last batch, if there was no room for it. */
  private full: JournalFull | undefined;
  private current: JournalHead;

  /** `path` may be `:memory:`. Throws `JournalDamaged` for a file that cannot be read, or a clear error for one of somebody else. */
  static open(path: string): Store {
    return openReadable(path, () => new Store(openForWriting(path)));
  }

  private constructor(readonly database: Database) {
    try {
      this.current = headOf(database);
      this.assertTail(this.current);
      this.projection = new Projection(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  get head(): JournalHead {
    return this.current;
  }

  /** Durable when it returns. Throws `JournalFull` or `JournalFailed`, and after the latter for ever. */
  append(batch: readonly RecordText[]): JournalHead {
    if (this.failure !== undefined) throw this.failure;
    // It was given before its sender could know that the one before it found no room.
    if (this.full !== undefined && batch[0]!.sequence > this.current.sequence + 1) throw this.full;
    this.full = undefined;
    try {
      this.database.connection.exec('BEGIN IMMEDIATE');
      const head = this.write(batch);
      this.database.connection.exec('COMMIT');
      this.current = head;
      return head;
    } catch (error) {
      throw this.undo(error);
    }
  }

  /** How many pages of 4 KiB the log has that are not in the database yet. */
  logPages(): number {
    const row = this.database.statement('PRAGMA wal_checkpoint(NOOP)').get();
    return Number(row?.log ?? 0) - Number(row?.checkpointed ?? 0);
  }

  /**
   * Copies the log into the database, after which the next commit begins the log anew; called when nobody
   * waits. Done by hand, since SQLite's own checkpoint after a commit keeps its errors to itself.
   */
  checkpoint(): void {
    if (this.failure !== undefined) return;
    try {
      this.database.pragma('wal_checkpoint(PASSIVE)');
    } catch (error) {
      this.checkpointFailed(error);
    }
  }

  /** With a checkpoint that failed, the next append fails. A full disk is no failure, for the log still holds everything. */
  checkpointFailed(error: unknown): void {
    const code = resultCodeOf(error);
    if (code !== resultCode.full && code !== resultCode.busy) this.failure ??= failed(error);
  }

  /** Whether a megabyte can be written and committed, tried with a real one. */
  hasRoom(): boolean {
    this.checkpoint();
    if (this.failure !== undefined) throw this.failure;
    try {
      this.database.statement('INSERT INTO scratch (id, content) VALUES (1, zeroblob(?))').run(roomBytes);
      this.database.statement('DELETE FROM scratch').run();
      return true;
    } catch (error) {
      if (this.undo(error) instanceof JournalFailed) throw this.failure;
      return false;
    }
  }

  close(): void {
    this.database.close();
  }

  private write(batch: readonly RecordText[]): JournalHead {
    let head = this.current;
    for (const record of batch) {
      assertFollows(head, record);
      const hash = hashOfRecord(head.hash, record);
      const { sequence, time, type, origin, command, reject, events, balances } = record;
      this.database
        .statement(insertRecord)
        .run(sequence, time, type, origin, command, reject, events, balances, head.hash, hash);
      this.projection.fold({ sequence, time, events: decodeEvents(events), balanceOwners: balanceOwners(balances) });
      head = { sequence, time, hash };
    }
    this.projection.flush(head.sequence, batch.length);
    const { lastPostingId, keyedSequence } = this.projection;
    this.database.statement(updateHead).run(head.sequence, head.time, head.hash, lastPostingId, keyedSequence);
    return head;
  }

  /** Rolls back, and tells a full disk, after which everything is as before, from everything else. */
  private undo(error: unknown): JournalFull | JournalFailed {
    try {
      if (this.database.connection.isTransaction) this.database.connection.exec('ROLLBACK');
      if (resultCodeOf(error) === resultCode.full) {
        this.projection.forget();
        this.full = new JournalFull(`the disk is full: ${(error as Error).message}`, { cause: error });
        return this.full;
      }
      this.failure = failed(error);
    } catch (rollbackError) {
      this.failure = failed(rollbackError);
    }
    return this.failure;
  }

  private assertTail(head: JournalHead): void {
    const row = this.database.statement(selectLast).get() ?? { sequence: 0, hash: genesisHash };
    const last = { sequence: Number(row.sequence), hash: row.hash };
    if (last.sequence === head.sequence && last.hash === head.hash) return;
    const first = Math.min(last.sequence + 1, Math.max(head.sequence, 1));
    throw new JournalDamaged(
      `the journal ends at record ${last.sequence}, but record ${head.sequence} was the last one written`,
      first,
    );
  }
}

function openForWriting(path: string): Database {
  const database = new Database(path, { cacheKib });
  try {
    setPragma(database, 'journal_mode', 'WAL', path === ':memory:' ? 'memory' : 'wal');
    setPragma(database, 'synchronous', 'FULL', 2);
    setPragma(database, 'wal_autocheckpoint', '0', 0);
    setPragma(database, 'journal_size_limit', String(logBytesMax), logBytesMax);
    createSchema(database, { hash: genesisHash });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What durability rests on is read back, for SQLite ignores a pragma that it does not like. */
function setPragma(database: Database, name: string, value: string, expected: unknown): void {
  database.connection.exec(`PRAGMA ${name} = ${value}`);
  const actual = database.pragma(name);
  if (actual !== expected) throw new Error(`SQLite has ${name} = ${actual}, not ${value}`);
}

function assertFollows(head: Stamp, record: Stamp): void {
  if (record.sequence !== head.sequence + 1) {
    throw new Error(`record ${record.sequence} cannot follow record ${head.sequence}`);
  }
  if (record.time < head.time) throw new Error(`record ${record.sequence} is older than the one before it`);
}

function failed(error: unknown): JournalFailed {
  return new JournalFailed(`the journal could not be written: ${(error as Error).message}`, { cause: error });
}
