import type { OrderJudgement } from '../../src/engine/risk/judgement.js';
import {
  type Journal,
  JournalFailed,
  type JournalHead,
  type JournalRecord,
  type VerificationReport,
} from '../../src/journal/journal.js';
import { encodeRecord, type RecordText } from '../../src/journal/record-codec.js';
import { judgeInFile } from '../../src/journal/sqlite/judgement.js';
import { LocalJournalReader } from '../../src/journal/sqlite/local-journal-reader.js';
import { Store } from '../../src/journal/sqlite/store.js';
import { verifyFile } from '../../src/journal/sqlite/verification.js';
import type { SimulatedDisk } from './simulated-disk.js';
import type { SimulatedTime } from './simulated-time.js';

const pagesMax = 1_000_000;
const selectRecords = `SELECT sequence, time, type, origin, command, reject, events, balances FROM journal ORDER BY sequence`;

interface Writing {
  readonly batch: readonly RecordText[];
  resolve(head: JournalHead): void;
  reject(error: unknown): void;
}

/** The real store on a simulated disk: one batch is written after the other, and each takes as long as the disk does. */
export class SimulatedJournal extends LocalJournalReader implements Journal {
  /** Throws a `Discrepancy` where it does not have what the disk was to keep. */
  static onDisk(disk: SimulatedDisk, time: SimulatedTime): SimulatedJournal {
    const store = Store.open(disk.path);
    disk.recovered(store.database.statement(selectRecords).all().map(recordText));
    return new SimulatedJournal(store, disk, time);
  }

  private readonly writing: Writing[] = [];
  private current: JournalHead;
  private failure: JournalFailed | undefined;
  private isLimited = false;
  private isGone = false;
  private isClosed = false;

  private constructor(
    private readonly store: Store,
    private readonly disk: SimulatedDisk,
    private readonly time: SimulatedTime,
  ) {
    super(store.database);
    this.current = store.head;
  }

  override head(): JournalHead {
    return this.current;
  }

  append(batch: readonly JournalRecord[]): Promise<JournalHead> {
    return new Promise((resolve, reject) => {
      this.writing.push({ batch: batch.map(encodeRecord), resolve, reject });
      if (this.writing.length === 1) this.sync();
    });
  }

  async hasRoom(): Promise<boolean> {
    this.limitPages();
    return this.store.hasRoom();
  }

  verify(): Promise<VerificationReport> {
    return verifyFile({ path: this.disk.path });
  }

  judge(orderId: number): Promise<OrderJudgement> {
    return judgeInFile(this.disk.path, undefined, orderId);
  }

  /** The process is gone: nothing that was written and not synced is certain. Says what was left. */
  cut(): string {
    this.isGone = true;
    const store = this.isClosed ? Store.open(this.disk.path) : this.store;
    // What is in flight is on its way past the room that there is.
    if (!this.isClosed) this.limitPages(false);
    return this.disk.cut(
      store,
      this.writing.map(({ batch }) => batch),
    );
  }

  /** Nothing is asked of it any more, nor of its files. */
  abandon(): void {
    this.isGone = true;
    if (!this.isClosed) this.store.close();
  }

  override async close(): Promise<void> {
    this.isGone = true;
    this.isClosed = true;
    await super.close();
  }

  private sync(): void {
    this.time.later(this.disk.syncMs, () => {
      if (this.isGone) return;
      const first = this.writing[0]!;
      try {
        this.current = this.write(first.batch);
        this.writing.shift();
        first.resolve(this.current);
      } catch (error) {
        // What a failed sync left on the disk is not known: until the cut it counts as being written.
        if (this.failure === undefined) this.writing.shift();
        first.reject(error);
        if (this.failure !== undefined) return;
      }
      if (this.writing.length > 0) this.sync();
    });
  }

  private write(batch: readonly RecordText[]): JournalHead {
    if (this.disk.failsNextSync) {
      this.disk.failsNextSync = false;
      this.disk.hasFailed = true;
      this.failure = new JournalFailed('the disk failed to sync');
    }
    if (this.failure !== undefined) throw this.failure;
    this.limitPages();
    const head = this.store.append(batch);
    this.disk.durable.push(...batch);
    return head;
  }

  /** SQLite itself refuses to let the file grow, as it does on a full disk. */
  private limitPages(isFull = this.disk.full): void {
    if (this.isLimited === isFull) return;
    this.isLimited = isFull;
    this.store.database.pragma(`max_page_count = ${isFull ? 1 : pagesMax}`);
  }
}

function recordText(row: Record<string, unknown>): RecordText {
  return { ...row, sequence: Number(row.sequence), time: Number(row.time) } as RecordText;
}
