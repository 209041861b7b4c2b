import type { Settings } from './config/settings.js';
import type { Journal } from './journal/journal.js';
import { SnapshotStore } from './journal/snapshots.js';
import { MemoryJournal } from './journal/sqlite/memory-journal.js';
import { SqliteJournal } from './journal/sqlite/sqlite-journal.js';

/** Where everything that happens is kept. */
export interface Store {
  readonly journal: Journal;
  /** `undefined` where nothing is kept. */
  readonly snapshots: SnapshotStore | undefined;
}

/** Begins with the check of what is kept, which can take longer than all else of a start: so it is what a start does first. */
export async function openStore({ store, dataDir }: Settings): Promise<Store> {
  if (store === 'memory') return { journal: new MemoryJournal(), snapshots: undefined };
  return { journal: await SqliteJournal.open(dataDir), snapshots: new SnapshotStore(dataDir) };
}
