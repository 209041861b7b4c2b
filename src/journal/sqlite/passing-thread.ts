import type { ResourceLimits } from 'node:worker_threads';
import { WorkerThread } from './worker-thread.js';

/** What is asked of a thread that is there for one question. */
export interface PassingQuestion {
  readonly method: string;
  readonly argument?: unknown;
  readonly limits: ResourceLimits;
  readonly signal?: AbortSignal;
}

/** Starts a thread, asks it one thing and ends it; the signal ends it too, and the promise rejects. */
export async function askPassingThread<Answer>(
  module: URL,
  task: unknown,
  { method, argument, limits, signal }: PassingQuestion,
): Promise<Answer> {
  signal?.throwIfAborted();
  const thread = new WorkerThread(module, task, { limits });
  const end = () => void thread.terminate();
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await thread.ask<Answer>(method, argument);
  } finally {
    signal?.removeEventListener('abort', end);
    await thread.terminate();
  }
}
