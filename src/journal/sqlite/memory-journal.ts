import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrderJudgement } from '../../engine/risk/judgement.js';
import type { Journal, JournalHead, JournalRecord, LiveState, VerificationReport } from '../journal.js';
import { encodeRecord } from '../record-codec.js';
import { LocalJournalReader } from './local-journal-reader.js';
import { Store } from './store.js';
import { judgeInThread } from './threaded-judgement.js';
import { verifyInThread } from './threaded-verification.js';

/** Keeps nothing: the same store as the one on disk, in the memory of this process and on its main thread. */
export class MemoryJournal extends LocalJournalReader implements Journal {
  private readonly store: Store;

  constructor() {
    const store = Store.open(':memory:');
    super(store.database);
    this.store = store;
  }

  /** Known without the database, which is closed when a stop is nearly over. */
  override head(): JournalHead {
    return this.store.head;
  }

  async append(batch: readonly JournalRecord[]): Promise<JournalHead> {
    return this.store.append(batch.map(encodeRecord));
  }

  async hasRoom(): Promise<boolean> {
    return this.store.hasRoom();
  }

  verify(options: { readonly live?: LiveState; readonly signal?: AbortSignal }): Promise<VerificationReport> {
    return this.withCopy((path) => verifyInThread({ path }, options));
  }

  judge(orderId: number, signal?: AbortSignal): Promise<OrderJudgement> {
    return this.withCopy((path) => judgeInThread({ path }, orderId, signal));
  }

  /**
   * Makes a copy in a temporary file, which another thread can read while this one goes on. The copy is made in
   * one go: SQLite's backup in steps fails now and then while the connection that it copies from writes.
   */
  private async withCopy<Answer>(use: (path: string) => Promise<Answer>): Promise<Answer> {
    const folder = await mkdtemp(join(tmpdir(), 'exchange-simulator-copy-'));
    try {
      const path = join(folder, 'journal.sqlite');
      this.store.database.statement('VACUUM INTO ?').run(path);
      return await use(path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
