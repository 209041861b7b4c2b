import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordText } from '../../src/journal/record-codec.js';
import type { KeptSnapshot } from '../../src/journal/snapshots.js';
import { Store } from '../../src/journal/sqlite/store.js';
import { discrepancy } from '../crash/discrepancy.js';
import type { Random } from '../crash/random.js';

const sectorBytes = 512;
/** What a journal consists of: the database and its log. */
const suffixes = ['', '-wal'] as const;

type Image = readonly Buffer[];

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
  /** Batches that were being written when the power was cut. */
  private uncertain: (readonly RecordText[])[] = [];

  constructor(
    private readonly folder: string,
    private readonly random: Random,
  ) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, 'journal.sqlite');
    const empty = join(folder, 'empty.sqlite');
    if (!existsSync(empty)) Store.open(empty).close();
    this.remove(this.path);
    copyFileSync(empty, this.path);
  }

  /** Holds what the journal has after a restart to what was durable, and to the batches that may have become so. */
  recovered(records: readonly RecordText[]): void {
    for (const [at, promised] of this.durable.entries()) {
      const found = records[at];
      if (JSON.stringify(found) === JSON.stringify(promised)) continue;
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
   * The power is cut while batches are being written, one after the other; says what was left of them. Whatever uses
   * the files is closed by `release`, once they were looked at.
   */
  cut(batches: readonly (readonly RecordText[])[], release: () => void): string {
    let image = this.read(this.path);
    this.uncertain = [...batches];
    const told: string[] = [];
    for (const batch of batches) {
      const written = this.written(image, batch);
      const { left, kept } = this.torn(image, written);
      told.push(`${batch.length} records in flight: ${kept} of the sectors written`);
      image = left;
      if (kept !== 'all') break;
    }
    release();
    this.write(this.path, image);
    return told.join(', ') || 'nothing in flight';
  }

  remove(path = this.path): void {
    for (const suffix of [...suffixes, '-shm']) rmSync(`${path}${suffix}`, { force: true });
  }

  /** The files as they are once SQLite has written a batch, and would sync them now. */
  private written(image: Image, batch: readonly RecordText[]): Image {
    const path = join(this.folder, 'writing.sqlite');
    this.write(path, image);
    const store = Store.open(path);
    store.append(batch);
    const written = this.read(path);
    store.close();
    this.remove(path);
    return written;
  }

  private torn(before: Image, after: Image): { left: Image; kept: string } {
    const share = this.random.pick([0, 1, this.random.next(), this.random.next()]);
    if (share === 1) return { left: after, kept: 'all' };
    if (share === 0) return { left: before, kept: 'none' };
    const left = after.map((file, index) => this.someSectors(before[index]!, file, share));
    return { left, kept: `${Math.round(share * 100)} %` };
  }

  private someSectors(before: Buffer, after: Buffer, share: number): Buffer {
    const left = Buffer.alloc(Math.max(before.length, after.length));
    before.copy(left);
    let length = before.length;
    for (let at = 0; at < after.length; at += sectorBytes) {
      const sector = after.subarray(at, at + sectorBytes);
      if (sector.equals(before.subarray(at, at + sectorBytes)) || !this.random.chance(share)) continue;
      sector.copy(left, at);
      length = Math.max(length, at + sector.length);
    }
    return left.subarray(0, length);
  }

  private read(path: string): Image {
    return suffixes.map((suffix) => (existsSync(path + suffix) ? readFileSync(path + suffix) : Buffer.alloc(0)));
  }

  private write(path: string, image: Image): void {
    this.remove(path);
    for (const [index, suffix] of suffixes.entries()) {
      if (image[index]!.length > 0) writeFileSync(path + suffix, image[index]!);
    }
  }
}
