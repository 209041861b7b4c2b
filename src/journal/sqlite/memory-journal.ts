import type { Journal, JournalHead, JournalRecord, SealedRecord } from '../journal.js';
import { decodeRecord, encodeRecord, type SealedText } from '../record-codec.js';
import { Chain } from './chain.js';
import { ReadModel } from './read-model.js';
import { Store } from './store.js';

const pageRecords = 1_000;

/** Keeps nothing: the same store as the one on disk, in the memory of this process and on its main thread. */
export class MemoryJournal implements Journal {
  private readonly store = Store.open(':memory:');
  private readonly chain = new Chain(this.store.database);
  readonly queries = new ReadModel(this.store.database);

  head(): JournalHead {
    return this.store.head;
  }

  async append(batch: readonly JournalRecord[]): Promise<JournalHead> {
    return this.store.append(batch.map(encodeRecord));
  }

  async hasRoom(): Promise<boolean> {
    return this.store.hasRoom();
  }

  async verifyChain(afterSequence: number, onProgress?: (sequence: number) => void): Promise<JournalHead> {
    let link = this.chain.linkAt(afterSequence);
    for (;;) {
      const next = this.chain.walk(link, pageRecords);
      if (next.sequence === link.sequence) return link;
      link = next;
      onProgress?.(link.sequence);
    }
  }

  async *read(afterSequence: number): AsyncIterable<SealedRecord> {
    let link = this.chain.linkAt(afterSequence);
    for (;;) {
      const page: SealedText[] = [];
      link = this.chain.walk(link, pageRecords, (record) => page.push(record));
      if (page.length === 0) return;
      yield* page.map(decodeRecord);
    }
  }

  async close(): Promise<void> {
    this.store.close();
  }
}
