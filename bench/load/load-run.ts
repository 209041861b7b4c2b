import type { Run } from '../row.js';
import { chooseLoadGenerator } from './choose-load-generator.js';
import type { LoadOptions } from './load.js';

export const generator = chooseLoadGenerator();

/** One side of a row whose figure is how many requests a second are answered. */
export async function loadRun(load: LoadOptions): Promise<Run> {
  const { perSecond: value, p50Ms, p99Ms, p999Ms } = await generator.run(load);
  return { value, p50Ms, p99Ms, p999Ms };
}
