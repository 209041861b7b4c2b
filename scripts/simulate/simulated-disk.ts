import {
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { RecordText } from '../../src/journal/record-codec.js';
import type { KeptSnapshot } from '../../src/journal/snapshots.js';
import { Store } from '../../src/journal/sqlite/store.js';
import { discrepancy } from '../crash/discrepancy.js';
import type { Random } from '../crash/random.js';

const sectorBytes = 512;
/** Of a record; one that is left out does not compile. */
const recordFields = Object.keys({
  sequence: true,
  time: true,
  type: true,
  origin: true,
  command: true,
  reject: true,
  events: true,
  balances: true,
} satisfies Record<keyof RecordText, true>) as (keyof RecordText)[];
const log = '-wal';
/** What a journal consists of: the database and its log. */
const suffixes = ['', log] as const;

/**
 * The disk under a journal. The files are real ones of SQLite, in a folder in memory; what the disk adds is what
 * real ones do when the power goes: of what was written and not yet synced, any sectors are there and any are not.
 */
export class SimulatedDisk {
  /** How long a sync takes. */
  syncMs = 1;
  /** The next sync fails. */
  failsNextSync = false;
  /** A sync has failed since the process began. */
  hasFailed = false;
  /** Nothing can grow. */
  full = false;
  /** Every record that a sync has finished for, as it was given. */
  readonly durable: RecordText[] = [];
  /** Newest first. A snapshot is durable, or there is none: its file gets its name only when it is on the disk. */
  snapshots: KeptSnapshot[] = [];
  readonly path: string;
  /** Where the files are put together as the power leaves them. */
  private readonly kept: string;
  /** Batches that were being written when the power was cut. */
  private uncertain: (readonly RecordText[])[] = [];

  constructor(
    folder: string,
    private readonly random: Random,
  ) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, 'journal.sqlite');
    this.kept = join(folder, 'kept.sqlite');
    const empty = join(folder, 'empty.sqlite');
    if (!existsSync(empty)) Store.open(empty).close();
    for (const path of [this.path, this.kept]) this.remove(path);
    copyFileSync(empty, this.path);
  }

  /** Holds what the journal has after a restart to what was durable, and to the batches that may have become so. */
  recovered(records: readonly RecordText[]): void {
    for (const [at, promised] of this.durable.entries()) {
      const found = records[at];
      if (found !== undefined && isSame(found, promised)) continue;
      throw discrepancy(`record ${promised.sequence} after a restart`, promised, found);
    }
    for (const batch of this.uncertain.splice(0)) {
      const found = records.slice(this.durable.length, this.durable.length + batch.length);
      if (found.length === 0) break;
      if (JSON.stringify(found) !== JSON.stringify(batch)) throw discrepancy('a batch after a restart', batch, found);
      this.durable.push(...batch);
    }
    if (records.length > this.durable.length) {
      throw discrepancy('the journal after a restart', `${this.durable.length} records`, `${records.length}`);
    }
  }

  /**
   * The power is cut while a store writes batches, one after the other; says what was left of them. The store is
   * closed, and what SQLite writes as it closes comes to nothing.
   */
  cut(store: Store, batches: readonly (readonly RecordText[])[]): string {
    this.uncertain = [...batches];
    const told: string[] = [];
    // Nothing but a commit writes to the log; where there is none, it need not be copied.
    this.keep(batches.length === 0 ? linkSync : copyFileSync);
    for (const batch of batches) {
      store.append(batch);
      const kept = this.tear();
      told.push(`${batch.length} records in flight: ${kept} of the sectors written`);
      if (kept !== 'all') break;
    }
    store.close();
    this.remove();
    for (const suffix of suffixes) {
      if (existsSync(this.kept + suffix)) renameSync(this.kept + suffix, this.path + suffix);
    }
    return told.join(', ') || 'nothing in flight';
  }

  remove(path = this.path): void {
    for (const suffix of [...suffixes, '-shm']) rmSync(path + suffix, { force: true });
  }

  /** The files as they are now are what the power leaves, so far. */
  private keep(keepLog = copyFileSync): void {
    copyFileSync(this.path, this.kept);
    if (existsSync(this.path + log)) keepLog(this.path + log, this.kept + log);
  }

  /** Of what was written since, all, none or any sectors are kept too. */
  private tear(): string {
    const share = this.random.pick([0, 1, this.random.next(), this.random.next()]);
    if (share === 0) return 'none';
    if (share === 1) {
      this.keep();
      return 'all';
    }
    for (const suffix of suffixes) this.keepSectors(suffix, share);
    return `${Math.round(share * 100)} %`;
  }

  private keepSectors(suffix: string, share: number): void {
    const [before, after] = [this.kept + suffix, this.path + suffix].map(contentOf) as [Buffer, Buffer];
    const file = openSync(this.kept + suffix, existsSync(this.kept + suffix) ? 'r+' : 'w');
    for (let at = 0; at < after.length; at += sectorBytes) {
      const sector = after.subarray(at, at + sectorBytes);
      if (sector.equals(before.subarray(at, at + sectorBytes)) || !this.random.chance(share)) continue;
      writeSync(file, sector, 0, sector.length, at);
    }
    closeSync(file);
  }
}

function contentOf(path: string): Buffer {
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}

function isSame(a: RecordText, b: RecordText): boolean {
  return recordFields.every((field) => a[field] === b[field]);
}
