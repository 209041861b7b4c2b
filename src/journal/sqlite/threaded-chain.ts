import type { JournalHead } from '../journal.js';
import type { Stretch } from './chain-worker.js';
import { WorkerThread } from './worker-thread.js';

/** So few records are checked in less time than threads need to start. */
const stretchRecordsMin = 100_000;
const threadsMax = 4;

/** What each thread takes of the records after one, up to the head; nothing, where threads are of no use. */
export function stretchesOf(afterSequence: number, headSequence: number, processors: number): Stretch[] {
  const records = headSequence - afterSequence;
  const count = Math.min(processors, threadsMax, Math.floor(records / stretchRecordsMin));
  if (count < 2) return [];
  const borders = Array.from({ length: count + 1 }, (_, at) => afterSequence + Math.round((records * at) / count));
  return borders.slice(1).map((throughSequence, at) => ({ afterSequence: borders[at]!, throughSequence }));
}

/**
 * Checks a chain in threads of their own, a stretch in each. The record before a stretch is checked by the one before
 * it, so that all together are one chain.
 */
export async function verifyStretches(
  path: string,
  stretches: readonly Stretch[],
  onProgress?: (sequence: number) => void,
): Promise<JournalHead> {
  const reached = stretches.map(({ afterSequence }) => afterSequence);
  const checked = () => reached.reduce((sum, sequence, at) => sum + sequence - stretches[at]!.afterSequence, 0);
  const threads = stretches.map(() => new WorkerThread(new URL('./chain-worker.js', import.meta.url), { path }));
  const heads = await Promise.allSettled(
    threads.map((thread, at) =>
      thread.ask<JournalHead>('verify', stretches[at], (sequence) => {
        reached[at] = sequence;
        onProgress?.(stretches[0]!.afterSequence + checked());
      }),
    ),
  );
  await Promise.all(threads.map((thread) => thread.stop()));
  // The first that does not fit is the one to tell of.
  for (const head of heads) if (head.status === 'rejected') throw head.reason;
  return (heads.at(-1) as PromiseFulfilledResult<JournalHead>).value;
}
