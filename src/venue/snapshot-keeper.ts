import type { Exchange } from '../engine/exchange.js';
import { takeSnapshot } from '../engine/snapshot.js';
import { hashOfSnapshot } from '../engine/state-hash.js';
import type { Journal } from '../journal/journal.js';
import type { SnapshotStore } from '../journal/snapshots.js';

/** Keeps snapshots of the exchange, so that a restart need not replay the whole journal. */
export class SnapshotKeeper {
  private last: number;
  private writing: Promise<void> | undefined = undefined;

  constructor(
    private readonly journal: Journal,
    private readonly snapshots: SnapshotStore | undefined,
    private readonly everyRecords: number,
    private readonly warn: (message: string) => void,
  ) {
    this.last = journal.head().sequence;
  }

  isDue(exchange: Exchange): boolean {
    return this.writing === undefined && exchange.sequence - this.last >= this.everyRecords;
  }

  /** Takes the state as it is now, and writes it down when that is durable. A failure costs time at the next start, nothing else. */
  async keep(exchange: Exchange, durable: (sequence: number) => Promise<boolean>): Promise<void> {
    await this.writing;
    if (this.snapshots === undefined || exchange.sequence === 0) return;
    const { sequence } = exchange;
    const state = JSON.stringify(takeSnapshot(exchange));
    const hash = hashOfSnapshot(state);
    this.last = sequence;
    this.writing = this.write(sequence, state, hash, durable).catch((error: Error) => {
      this.warn(`no snapshot at ${sequence}: ${error.message}`);
    });
    await this.writing;
    this.writing = undefined;
  }

  private async write(
    sequence: number,
    state: string,
    hash: string,
    durable: (sequence: number) => Promise<boolean>,
  ): Promise<void> {
    if (!(await durable(sequence))) return;
    const recordHash = await this.journal.hashAt(sequence);
    await this.snapshots!.write({ sequence, recordHash, stateHash: hash, state });
  }
}
