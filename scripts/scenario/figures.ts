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

/**
 * The slope of the regression line through what was measured each second, a minute. A first share of it is left out, in
 * which memory grows to what the load takes.
 */
export function growthPerMinute(measured: readonly number[], leftOut = 0.5): number {
  const values = measured.slice(Math.floor(measured.length * leftOut));
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [rise, run] = [0, 0];
  values.forEach((value, at) => {
    rise += (at - middle) * (value - mean);
    run += (at - middle) ** 2;
  });
  return run === 0 ? 0 : (rise / run) * 60;
}
