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

/**
 * The regression line through what was measured. A first share of it is left out, in which memory grows to what the
 * load takes.
 */
export function growthOf(measured: readonly Measured[], leftOut = 0.5): Growth {
  const points = measured
    .slice(Math.floor(measured.length * leftOut))
    .map(({ seconds, value }) => [seconds / 60, value] as const);
  if (points.length < 3) return { perMinute: 0, uncertainty: Number.POSITIVE_INFINITY };
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, each) => sum + of(each), 0) / points.length;
  const [middle, level] = [mean(([minutes]) => minutes), mean(([, value]) => value)];
  const run = mean(([minutes]) => (minutes - middle) ** 2);
  const perMinute = mean(([minutes, value]) => (minutes - middle) * (value - level)) / run;
  const scatter = mean(([minutes, value]) => (value - level - perMinute * (minutes - middle)) ** 2);
  return { perMinute, uncertainty: 2 * Math.sqrt(scatter / run / (points.length - 2)) };
}

export function perSecond(values: readonly number[]): Measured[] {
  return values.map((value, seconds) => ({ seconds, value }));
}
