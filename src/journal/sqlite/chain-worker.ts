import { workerData } from 'node:worker_threads';
import { Chain } from './chain.js';
import { Database } from './database.js';
import { serve } from './worker-service.js';

/** A stretch of the journal: what comes after one record, up to another. */
export interface Stretch {
  readonly afterSequence: number;
  readonly throughSequence: number;
}

/** The thread that checks a stretch of the chain. */
const database = new Database((workerData as { path: string }).path, { readOnly: true, cacheKib: 1024 });

serve({
  verify: ({ afterSequence, throughSequence }: Stretch, progress: (sequence: number) => void) =>
    new Chain(database).verify(afterSequence, progress, throughSequence),
  close: () => database.close(),
});
