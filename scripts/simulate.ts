import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hrtime } from 'node:process';
import { Command } from 'commander';
import { linesOf, wholeNumber } from './command-line.js';
import { type Plan, planOf } from './simulate/plan.js';
import { shrunk } from './simulate/shrink.js';
import { type Outcome, Simulation } from './simulate/simulation.js';

const program = new Command('simulate')
  .description(
    'Runs the exchange on a simulated clock, disk and network, with everything that can go wrong, and checks after ' +
      'each step that it keeps its promises. A seed repeats its run exactly.',
  )
  .option('--seeds <count>', 'how many seeds are run', wholeNumber, 1_000)
  .option('--seed <number>', 'the first of them', wholeNumber, 1)
  .option('--whole', 'print what happened in a seed that fails as it is, and do not look for less that fails too')
  .option('--history', 'print what happened, also where all is well')
  .parse();

interface Options {
  readonly seeds: number;
  readonly seed: number;
  readonly whole?: true;
  readonly history?: true;
}

const { seeds, seed: first, whole, history } = program.opts<Options>();
/** Memory, where there is such a folder: what the disk does is simulated anyway. */
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'exchange-simulation-'));
const begun = hrtime.bigint();
const sums = { seeds: 0, records: 0, acknowledged: 0, restarts: 0 };

try {
  for (let seed = first; seed < first + seeds && process.exitCode === undefined; seed += 1) await runSeed(seed);
} finally {
  rmSync(folder, { recursive: true });
}
const seconds = Number(hrtime.bigint() - begun) / 1e9;
process.stdout.write(
  linesOf([
    ['seeds', sums.seeds],
    ['journal records', sums.records],
    ['answers checked', sums.acknowledged],
    ['crashes and restarts', sums.restarts],
    ['seeds per minute', Math.round((sums.seeds * 60) / seconds)],
  ]),
);

async function runSeed(seed: number): Promise<void> {
  const plan = planOf(seed);
  const outcome = await run(plan);
  sums.seeds += 1;
  sums.records += outcome.records;
  sums.acknowledged += outcome.acknowledged;
  sums.restarts += outcome.restarts;
  if (outcome.fault !== undefined) await tell(plan, outcome.fault);
  else if (history) process.stdout.write(`${outcome.history.join('\n')}\nhead ${outcome.headHash}\n`);
}

function run(plan: Plan): Promise<Outcome> {
  return new Simulation(plan, folder).run();
}

/** The shortest history that was found in which the same seed fails. */
async function tell(plan: Plan, fault: Error): Promise<void> {
  process.exitCode = 1;
  const short = whole ? plan : await shrunk(plan, async (candidate) => (await run(candidate)).fault !== undefined);
  const { fault: shortFault = fault, history: shortHistory } = await run(short);
  process.stderr.write(
    `FAILED seed ${plan.seed}, with ${plan.steps.length} steps: ${fault.message}\n\n` +
      `Shortened to ${short.steps.length} steps, it fails so: ${shortFault.stack}\n${shortHistory.join('\n')}\n\n` +
      `npm run simulate -- --seeds 1 --seed ${plan.seed}\n`,
  );
}
