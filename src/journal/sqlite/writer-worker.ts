import { workerData } from 'node:worker_threads';
import { decodeBatch } from '../record-codec.js';
import { Store } from './store.js';
import { serve } from './worker-service.js';

/**
 * The writer's thread. Parsing, hashing, projecting and the fsync all happen here, so that the main
 * thread never waits for a disk. The checkpoint comes after the answer: nobody waits for it but the
 * next batch.
 */
let store: Store | undefined;

function opened(): Store {
  store ??= Store.open((workerData as { path: string }).path);
  return store;
}

serve(
  {
    open: () => opened().head,
    append: (batch: string) => opened().append(decodeBatch(batch)),
    hasRoom: () => opened().hasRoom(),
    close: () => {
      store?.close();
      store = undefined;
    },
  },
  () => store?.checkpoint(),
);
