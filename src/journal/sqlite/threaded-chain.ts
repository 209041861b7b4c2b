import type { JournalHead } from '../journal.js';
import { type Stretch, StretchChecker } from './stretch-checker.js';
import { WorkerThread } from './worker-thread.js';

/** So few records are checked in less time than a thread needs to start. */
const threadRecordsMin = 100_000;
const threadsMax = 4;
/** None is so long that others wait for the thread that has taken the last one: some ten milliseconds. */
const stretchRecordsMax = 5_000;
/** What is asked of a helper: the next one is there when it is done with one, however busy the thread that asks is. */
const stretchesOfHelper = 2;

/** How many threads are to check so many records; fewer than two, where threads are of no use. */
export function threadsFor(records: number, processors: number): number {
  return Math.min(processors, threadsMax, Math.floor(records / threadRecordsMin));
}

/** Everything after one record, up to another, in parts of about the same length. */
export function stretchesOf(afterSequence: number, throughSequence: number, recordsMax = stretchRecordsMax): Stretch[] {
  const records = throughSequence - afterSequence;
  const count = Math.ceil(records / recordsMax);
  const borders = Array.from({ length: count + 1 }, (_, at) => afterSequence + Math.round((records * at) / count));
  return borders.slice(1).map((end, at) => ({ afterSequence: borders[at]!, throughSequence: end }));
}

/**
 * Checks a chain in this thread and in helpers, each of which takes the next stretch when it is done with one: they
 * share the processors with a start that goes on. The record before a stretch is checked by the one before it, so that
 * all together are one chain.
 */
export async function verifyStretches(
  path: string,
  stretches: readonly Stretch[],
  threadCount: number,
  onProgress?: (sequence: number) => void,
): Promise<JournalHead> {
  const heads: Promise<JournalHead>[] = [];
  const left = stretches.entries();
  let reached = stretches[0]!.afterSequence;
  const work = async (check: (stretch: Stretch) => Promise<JournalHead>) => {
    for (const [at, stretch] of left) {
      heads[at] = check(stretch);
      await heads[at].catch(() => undefined);
      reached += stretch.throughSequence - stretch.afterSequence;
      onProgress?.(reached);
    }
  };
  const workHere = async () => {
    const checker = new StretchChecker(path);
    await work((stretch) => checker.check(stretch));
    checker.close();
  };
  const help = async () => {
    const thread = new WorkerThread(new URL('./chain-worker.js', import.meta.url), { path });
    const check = (stretch: Stretch) => thread.ask<JournalHead>('check', stretch);
    await Promise.all(Array.from({ length: stretchesOfHelper }, () => work(check)));
    await thread.stop();
  };
  await Promise.all([...Array.from({ length: threadCount - 1 }, help), workHere()]);
  // The first that does not fit is the one to tell of.
  let last: JournalHead | undefined;
  for (const head of heads) last = await head;
  return last!;
}
