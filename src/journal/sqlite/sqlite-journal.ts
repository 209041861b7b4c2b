import { closeSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { OrderJudgement } from '../../engine/risk/judgement.js';
import { DirectoryLock } from '../directory-lock.js';
import type { Journal, JournalHead, JournalRecord, LiveState, SealedRecord, VerificationReport } from '../journal.js';
import { encodeBatch } from '../record-codec.js';
import { Chain } from './chain.js';
import { checkedRecords } from './checked-records.js';
import { Database } from './database.js';
import { journalFile } from './local-journal-reader.js';
import { OpeningCheck } from './opening-check.js';
import { OrderKeys } from './order-keys.js';
import { judgeInThread } from './threaded-judgement.js';
import { ThreadedQueries } from './threaded-queries.js';
import { verifyInThread } from './threaded-verification.js';
import { WorkerThread } from './worker-thread.js';

const pointLookupCacheKib = 2 * 1024;

/**
 * The journal in a data directory: written in one worker thread, listed in another, which starts with the first
 * list, while single rows are looked up on the main thread, which also reads what it has to recover: what another
 * thread reads costs as much again to be handed over. It holds the directory's lock until it is closed.
 */
export class SqliteJournal implements Journal {
  /** Throws `DirectoryInUse`, `JournalDamaged`, or an error that says why the file is not a journal. */
  static async open(dataDirectory: string): Promise<SqliteJournal> {
    const lock = DirectoryLock.acquire(dataDirectory);
    const path = join(dataDirectory, journalFile);
    const writer = new WorkerThread(new URL('./writer-worker.js', import.meta.url), { path });
    try {
      const opened = writer.ask<JournalHead>('open');
      const check = new OpeningCheck(writer);
      const head = await opened;
      syncDirectory(dataDirectory);
      return new SqliteJournal(lock, dataDirectory, writer, check, head);
    } catch (error) {
      await writer.stop();
      lock.release();
      throw error;
    }
  }

  readonly queries: ThreadedQueries;
  private readonly path: string;
  private readonly reader: WorkerThread;
  private readonly database: Database;
  private readonly chain: Chain;
  private readonly orderKeys: OrderKeys;
  private orderKeysRead: Promise<void> | undefined;

  private constructor(
    private readonly lock: DirectoryLock,
    private readonly dataDirectory: string,
    private readonly writer: WorkerThread,
    private openingCheck: OpeningCheck | undefined,
    private current: JournalHead,
  ) {
    this.path = join(dataDirectory, journalFile);
    const { path } = this;
    this.database = new Database(path, { readOnly: true, cacheKib: pointLookupCacheKib });
    this.chain = new Chain(this.database);
    this.reader = new WorkerThread(new URL('./reader-worker.js', import.meta.url), { path }, { startsAnew: true });
    this.orderKeys = new OrderKeys(this.database);
    this.queries = new ThreadedQueries(this.database, this.reader, this.orderKeys);
  }

  head(): JournalHead {
    return this.current;
  }

  async append(batch: readonly JournalRecord[]): Promise<JournalHead> {
    this.openingCheck = undefined;
    const written = this.writer.ask<JournalHead>('append', encodeBatch(batch));
    // Not before something is written: until then somebody waits for a recovery. What keeps the keys from being
    // read, whoever looks for an order meets as well, and reports it.
    this.orderKeysRead ??= this.orderKeys.load().catch(() => undefined);
    this.current = await written;
    this.orderKeys.add(batch);
    return this.current;
  }

  hasRoom(): Promise<boolean> {
    return this.writer.ask('hasRoom');
  }

  async hashAt(sequence: number): Promise<string> {
    return this.chain.linkAt(sequence).hash;
  }

  verifyChain(afterSequence: number, onProgress?: (sequence: number) => void): Promise<JournalHead> {
    const check = afterSequence === 0 ? this.openingCheck : undefined;
    if (check !== undefined) {
      this.openingCheck = undefined;
      return check.result(onProgress);
    }
    return this.writer.ask('verify', afterSequence, onProgress);
  }

  verify(options: { readonly live?: LiveState; readonly signal?: AbortSignal }): Promise<VerificationReport> {
    const { path, dataDirectory } = this;
    return verifyInThread({ path, dataDirectory }, options);
  }

  judge(orderId: number, signal?: AbortSignal): Promise<OrderJudgement> {
    const { path, dataDirectory } = this;
    return judgeInThread({ path, dataDirectory }, orderId, signal);
  }

  read(afterSequence: number): AsyncIterable<SealedRecord> {
    return checkedRecords(this.chain, afterSequence);
  }

  /** The writer goes last: it takes the log into the database when nobody reads any more. */
  async close(): Promise<void> {
    this.orderKeys.stop();
    await this.reader.stop();
    this.database.close();
    await this.writer.stop();
    this.lock.release();
  }
}

/** Makes the names of new files as durable as their content. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
