import type { JournalHead } from '../journal.js';
import { Chain } from './chain.js';
import { Database } from './database.js';

/** What is read goes by once. */
const cacheKib = 1024;

/** A stretch of the journal: what comes after one record, up to another. */
export interface Stretch {
  readonly afterSequence: number;
  readonly throughSequence: number;
}

/** Checks stretches of the chain over a connection of its own. */
export class StretchChecker {
  private readonly database: Database;
  private readonly chain: Chain;

  constructor(path: string) {
    this.database = new Database(path, { readOnly: true, cacheKib });
    this.chain = new Chain(this.database);
  }

  check({ afterSequence, throughSequence }: Stretch): Promise<JournalHead> {
    return this.chain.verify(afterSequence, undefined, throughSequence);
  }

  close(): void {
    this.database.close();
  }
}
