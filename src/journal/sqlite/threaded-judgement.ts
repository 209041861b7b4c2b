import type { OrderJudgement } from '../../engine/risk/judgement.js';
import { askPassingThread } from './passing-thread.js';
import type { VerificationTask } from './verification-worker.js';

/** One exchange is built in it, with all accounts and open orders. */
const limits = { maxOldGenerationSizeMb: 1024 };

/** Judges an order of a journal's file once more, in a thread of its own; the signal ends the thread, and the promise rejects. */
export function judgeInThread(task: VerificationTask, orderId: number, signal?: AbortSignal): Promise<OrderJudgement> {
  const module = new URL('./judgement-worker.js', import.meta.url);
  return askPassingThread(module, task, { method: 'judge', argument: orderId, limits, signal });
}
