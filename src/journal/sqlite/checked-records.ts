import { setImmediate } from 'node:timers/promises';
import type { SealedRecord } from '../journal.js';
import { decodeRecord } from '../record-codec.js';
import type { Chain } from './chain.js';

/** Every record after a sequence, each checked against the one before it; others have the thread between two pages. */
export async function* checkedRecords(chain: Chain, afterSequence: number): AsyncIterable<SealedRecord> {
  let page = chain.page(chain.linkAt(afterSequence));
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    for (const record of page) yield decodeRecord(record);
    await setImmediate();
    page = chain.page(last);
  }
}
