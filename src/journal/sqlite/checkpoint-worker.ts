import { workerData } from 'node:worker_threads';
import { Database } from './database.js';
import { serve } from './worker-service.js';

/** The thread that copies the log into the database beside the writer. Both are synced, as the writer would. */
const database = new Database((workerData as { path: string }).path, { cacheKib: 64 });
database.connection.exec('PRAGMA synchronous = FULL');

serve({
  checkpoint: () => database.pragma('wal_checkpoint(PASSIVE)'),
  close: () => database.close(),
});
