import type { LiveState, VerificationReport } from '../journal.js';
import { askPassingThread } from './passing-thread.js';
import type { VerificationTask } from './verification-worker.js';

/** Two exchanges are built in it, with all accounts and open orders. */
const limits = { maxOldGenerationSizeMb: 2048 };

/** Verifies a journal's file in a thread of its own; the signal ends the thread, and the promise rejects. */
export function verifyInThread(
  task: VerificationTask,
  { live, signal }: { readonly live?: LiveState; readonly signal?: AbortSignal },
): Promise<VerificationReport> {
  const module = new URL('./verification-worker.js', import.meta.url);
  return askPassingThread(module, task, { method: 'verify', argument: live, limits, signal });
}
