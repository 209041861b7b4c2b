import { availableParallelism } from 'node:os';
import { workerData } from 'node:worker_threads';
import { decodeBatch } from '../record-codec.js';
import { Chain } from './chain.js';
import { Checkpointer } from './checkpointer.js';
import { Store } from './store.js';
import { stretchesOf, threadsFor, verifyStretches } from './threaded-chain.js';
import { serve } from './worker-service.js';
import { WorkerThread } from './worker-thread.js';

/**
 * The writer's thread. It also checks the journal at a start, or has it checked, for nothing is written meanwhile.
 * Parsing, hashing, projecting and the fsync all happen here, so that the main thread never waits for a disk.
 */
const { path } = workerData as { path: string };
let store: Store | undefined;
let checkpointer: Checkpointer | undefined;

function opened(): Store {
  if (store === undefined) {
    store = Store.open(path);
    checkpointer = new Checkpointer(
      store,
      new WorkerThread(new URL('./checkpoint-worker.js', import.meta.url), { path }),
    );
  }
  return store;
}

serve(
  {
    open: () => opened().head,
    append: (batch: string) => opened().append(decodeBatch(batch)),
    hasRoom: () => opened().hasRoom(),
    verify: (afterSequence: number, progress: (sequence: number) => void) => {
      const { sequence } = opened().head;
      const threads = threadsFor(sequence - afterSequence, availableParallelism());
      if (threads > 1) return verifyStretches(path, stretchesOf(afterSequence, sequence), threads, progress);
      return new Chain(opened().database).verify(afterSequence, progress);
    },
    close: async () => {
      await checkpointer?.stop();
      store?.close();
      store = undefined;
    },
  },
  // It comes after the answer: nobody waits for it but the next batch.
  () => checkpointer?.afterBatch(),
);
