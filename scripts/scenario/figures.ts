import type { Told } from './trader.js';

/** What became of orders, in a line. */
export function fateOfOrders(told: readonly Told[]): string {
  const count = (which: (each: Told) => boolean) => told.filter(which).length;
  const refusals = Map.groupBy(
    told.filter(({ refusal }) => refusal !== undefined),
    ({ refusal }) => refusal!.code,
  );
  const codes = [...refusals].map(([code, all]) => `${all.length} ${code}`).join(', ');
  return (
    `${told.length} placed, ${count(({ order }) => order !== undefined)} answered, ` +
    `${count(({ unanswered }) => unanswered > 0)} sent again for want of an answer, refused: ${codes || 'none'}`
  );
}

/** Something that was measured, and when. */
export interface Measured {
  readonly seconds: number;
  readonly value: number;
}

/** How fast something grows, and how far the true line may lie from that, either way, in nineteen cases of twenty. */
export interface Growth {
  readonly perMinute: number;
  readonly uncertainty: number;
}

/** What was measured at some place along the way: a time, or a number of inputs. */
export type Point = readonly [place: number, value: number];

export function growthOf(measured: readonly Measured[], leftOut?: number): Growth {
  const { slope, uncertainty } = lineThrough(
    measured.map(({ seconds, value }) => [seconds / 60, value]),
    leftOut,
  );
  return { perMinute: slope, uncertainty };
}

/**
 * The regression line through what was measured. A first share of it is left out, in which memory grows to what the
 * load takes.
 */
export function lineThrough(measured: readonly Point[], leftOut = 0.5): { slope: number; uncertainty: number } {
  const points = measured.slice(Math.floor(measured.length * leftOut));
  if (points.length < 3) return { slope: 0, uncertainty: Number.POSITIVE_INFINITY };
  const mean = (of: (point: Point) => number) => points.reduce((sum, each) => sum + of(each), 0) / points.length;
  const [middle, level] = [mean(([place]) => place), mean(([, value]) => value)];
  const run = mean(([place]) => (place - middle) ** 2);
  const slope = mean(([place, value]) => (place - middle) * (value - level)) / run;
  const scatter = mean(([place, value]) => (value - level - slope * (place - middle)) ** 2);
  return { slope, uncertainty: 2 * Math.sqrt(scatter / run / (points.length - 2)) };
}

export function perSecond(values: readonly number[]): Measured[] {
  return values.map((value, seconds) => ({ seconds, value }));
}
