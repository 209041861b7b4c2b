import { workerData } from 'node:worker_threads';
import { SnapshotStore } from '../snapshots.js';
import { judgeInFile } from './judgement.js';
import type { VerificationTask } from './verification-worker.js';
import { serve } from './worker-service.js';

/** The thread of one judgement: it replays the journal up to an order, while trading goes on. */
const { path, dataDirectory } = workerData as VerificationTask;
const snapshots = dataDirectory === undefined ? undefined : new SnapshotStore(dataDirectory);

serve({
  judge: (orderId: number) => judgeInFile(path, snapshots, orderId),
  close: () => undefined,
});
