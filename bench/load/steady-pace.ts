import { monotonicMs } from '../fanout/monotonic-time.js';

export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
  /** Of these at the beginning nothing is counted: what is compiled then is no measure. */
  readonly warmUpSeconds: number;
}

export interface PaceResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

/**
 * Begins one thing after the other at a steady rate, whatever becomes of them. How long each took is counted from
 * when it was due, so that what had to wait to begin counts with its wait. Rejects as soon as one of them did.
 */
export function atSteadyPace(pace: Pace, begin: (number: number) => Promise<void>): Promise<PaceResult> {
  const total = pace.perSecond * (pace.seconds + pace.warmUpSeconds);
  const countedAfter = pace.perSecond * pace.warmUpSeconds;
  const tookMs: number[] = [];
  const begunMs = monotonicMs();
  let begun = 0;
  let ended = 0;
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((monotonicMs() - begunMs) / 1_000) * pace.perSecond));
      while (begun < due) {
        begun += 1;
        take(begun).catch(fail);
      }
      if (ended < total) return;
      clearInterval(timer);
      resolve(resultOf(tookMs, monotonicMs() - begunMs - pace.warmUpSeconds * 1_000));
    }, 1);
    const take = async (number: number) => {
      await begin(number);
      if (number > countedAfter) tookMs.push(monotonicMs() - begunMs - (number / pace.perSecond) * 1_000);
      ended += 1;
    };
    const fail = (error: unknown) => {
      clearInterval(timer);
      reject(error);
    };
  });
}

function resultOf(tookMs: number[], elapsedMs: number): PaceResult {
  tookMs.sort((a, b) => a - b);
  const part = (share: number) => tookMs[Math.floor(tookMs.length * share)]!;
  return { perSecond: (tookMs.length / elapsedMs) * 1_000, p50Ms: part(0.5), p99Ms: part(0.99), p999Ms: part(0.999) };
}
