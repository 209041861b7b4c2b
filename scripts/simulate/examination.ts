import { type Plan, planOf } from './plan.js';
import { shrunk } from './shrink.js';
import { type Outcome, Simulation } from './simulation.js';

/** What is done with a seed. */
export interface SeedOptions {
  /** Where the simulated disk has its files. */
  readonly folder: string;
  /** A history that fails is told as it is, and no shorter one is looked for. */
  readonly whole: boolean;
}

/** What came of a seed. */
export interface Finding extends Omit<Outcome, 'fault'> {
  readonly seed: number;
  /** What went wrong, with the shortest history in which it does. */
  readonly failure?: string;
}

/** Runs a seed; where it fails, looks for the shortest history in which the same seed fails too. */
export async function examine(seed: number, { folder, whole }: SeedOptions): Promise<Finding> {
  const run = (plan: Plan) => new Simulation(plan, folder).run();
  const plan = planOf(seed);
  const { fault, ...outcome } = await run(plan);
  if (fault === undefined) return { seed, ...outcome };
  const short = whole ? plan : await shrunk(plan, async (candidate) => (await run(candidate)).fault !== undefined);
  const { fault: shortFault = fault, history } = await run(short);
  const failure =
    `FAILED seed ${seed}, with ${plan.steps.length} steps: ${fault.message}\n\n` +
    `With ${short.steps.length} of them it fails so: ${shortFault.stack}\n${history.join('\n')}\n\n` +
    `npm run simulate -- --seeds 1 --seed ${seed}\n`;
  return { seed, ...outcome, failure };
}
