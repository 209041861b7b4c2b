import { workerData } from 'node:worker_threads';
import { Chain } from './chain.js';
import { Database } from './database.js';
import { serve } from './worker-service.js';

/** A stretch of the journal: what comes after one record, up to another. */
export interface Stretch {
  readonly afterSequence: number;
  readonly throughSequence: number;
}

/** A thread that checks stretches of the chain, one after another. */
const database = new Database((workerData as { path: string }).path, { readOnly: true, cacheKib: 1024 });
const chain = new Chain(database);

serve({
  verify: ({ afterSequence, throughSequence }: Stretch) => chain.verify(afterSequence, undefined, throughSequence),
  close: () => database.close(),
});
