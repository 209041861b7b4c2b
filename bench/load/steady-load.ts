import { Program } from '../program.js';
import type { LoadOptions } from './load.js';
import type { Pace, PaceResult } from './steady-pace.js';

const script = new URL('./steady-load-process.js', import.meta.url).pathname;

export interface SteadyLoadOptions extends Omit<LoadOptions, 'seconds'> {
  readonly pace: Pace;
}

/** Sends requests at a steady rate, however long their answers take. */
export async function runSteadyLoad(options: SteadyLoadOptions): Promise<PaceResult> {
  const { seconds, warmUpSeconds } = options.pace;
  const program = new Program([script, JSON.stringify(options)]);
  const [, json] = await program.printed(/^JSON (.*)$/m, (warmUpSeconds + seconds + 30) * 1_000);
  await program.stop();
  return JSON.parse(json!) as PaceResult;
}
