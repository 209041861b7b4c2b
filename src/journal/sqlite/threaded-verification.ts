import type { LiveState, VerificationReport } from '../journal.js';
import type { VerificationTask } from './verification-worker.js';
import { WorkerThread } from './worker-thread.js';

/** Two exchanges are built in it, with all accounts and open orders. */
const limits = { maxOldGenerationSizeMb: 2048 };

/** Verifies a journal's file in a thread of its own; the signal ends the thread, and the promise rejects. */
export async function verifyInThread(
  task: VerificationTask,
  { live, signal }: { readonly live?: LiveState; readonly signal?: AbortSignal },
): Promise<VerificationReport> {
  signal?.throwIfAborted();
  const thread = new WorkerThread(new URL('./verification-worker.js', import.meta.url), task, { limits });
  const end = () => void thread.terminate();
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await thread.ask<VerificationReport>('verify', live);
  } finally {
    signal?.removeEventListener('abort', end);
    await thread.terminate();
  }
}
