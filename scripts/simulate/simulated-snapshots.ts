import { type KeptSnapshot, SnapshotStore } from '../../src/journal/snapshots.js';
import type { SimulatedDisk } from './simulated-disk.js';

/** Snapshots on a simulated disk: on it whole, or not at all, as a renamed file is. */
export class SimulatedSnapshots extends SnapshotStore {
  constructor(private readonly disk: SimulatedDisk) {
    super('');
  }

  override async write(snapshot: KeptSnapshot): Promise<void> {
    if (this.disk.full) throw new Error('no space left on the disk');
    this.disk.snapshots = [snapshot, ...this.disk.snapshots].slice(0, 2);
  }

  override async *newestFirst(): AsyncIterable<KeptSnapshot> {
    yield* this.disk.snapshots;
  }

  override async newestWrittenAt(): Promise<undefined> {}
}
