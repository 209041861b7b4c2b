import type { Journal, JournalHead, JournalRecord } from '../journal.js';
import { encodeRecord } from '../record-codec.js';
import { LocalJournalReader } from './local-journal-reader.js';
import { Store } from './store.js';

/** Keeps nothing: the same store as the one on disk, in the memory of this process and on its main thread. */
export class MemoryJournal extends LocalJournalReader implements Journal {
  private readonly store: Store;

  constructor() {
    const store = Store.open(':memory:');
    super(store.database);
    this.store = store;
  }

  async append(batch: readonly JournalRecord[]): Promise<JournalHead> {
    return this.store.append(batch.map(encodeRecord));
  }

  async hasRoom(): Promise<boolean> {
    return this.store.hasRoom();
  }
}
