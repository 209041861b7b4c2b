import { workerData } from 'node:worker_threads';
import type { LiveState } from '../journal.js';
import { SnapshotStore } from '../snapshots.js';
import { verifyFile } from './verification.js';
import { serve } from './worker-service.js';

/** What the thread of one verification is started with. */
export interface VerificationTask {
  readonly path: string;
  /** Where the snapshots are; a journal in memory has none. */
  readonly dataDirectory?: string;
}

/** The thread of one verification: it may take minutes, in which trading goes on. */
const { path, dataDirectory } = workerData as VerificationTask;
const snapshots = dataDirectory === undefined ? undefined : new SnapshotStore(dataDirectory);

serve({
  verify: (live: LiveState | undefined) => verifyFile({ path, snapshots, live }),
  close: () => undefined,
});
