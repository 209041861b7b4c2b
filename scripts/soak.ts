import { Presets, SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { linesOf, wholeNumber } from './command-line.js';
import { fateOfOrders, growthOf, type Measured } from './scenario/figures.js';
import { type Life, type SoakReport, SoakRun } from './soak/soak-run.js';

/** Memory grows for so long to what the load takes. */
const warmUpSeconds = 60;

const program = new Command('soak')
  .description(
    'Has a real exchange trade for half an hour under every kind of fault, and ends and starts it again meanwhile: ' +
      'no answer may lie, memory has to stay where it is, and everything has to add up in the end.',
  )
  .option('--minutes <count>', 'how long', wholeNumber, 30)
  .option('--lives <count>', 'how many starts of the exchange share them', wholeNumber, 6)
  .option('--traders <count>', 'how many trade', wholeNumber, 8)
  .option('--seed <number>', 'what prices and choices begin with', wholeNumber, 1)
  .option('--growth-max <megabytes>', 'how much memory may grow in ten minutes, by its line', wholeNumber, 20)
  .parse();

const { minutes, lives, traders, seed, growthMax } =
  program.opts<Record<'minutes' | 'lives' | 'traders' | 'seed' | 'growthMax', number>>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const seconds = minutes * 60;
const bar = new SingleBar(
  { format: '{bar} {value} of {total} s | {text}', noTTYOutput: true, notTTYSchedule: 10_000 },
  Presets.shades_classic,
);
bar.start(seconds, 0, { text: 'starting' });
const report = await new SoakRun({
  ...{ lives, traders, seed, secondsPerLife: Math.floor(seconds / lives) },
  onProgress: (at, text) => bar.update(Math.min(seconds, Math.round(at)), { text }),
})
  .run()
  .finally(() => bar.stop());
const growth = growthOf(settled(report.lives), 0).perMinute * 10;
const faults = faultsOf(report);
process.stdout.write(linesOf([...figuresOf(report)]));
process.stdout.write(faults.length === 0 ? '\nEverything held.\n' : `\nFAILED: ${faults.join('; ')}\n`);
process.exit(faults.length === 0 ? 0 : 1);

/** What all lives had in memory once they had found their size, one after the other. */
function settled(all: readonly Life[]): Measured[] {
  return all.flatMap(({ megabytes }) => megabytes.slice(Math.min(warmUpSeconds, Math.floor(megabytes.length / 2))));
}

function* figuresOf(run: SoakReport): Generator<[string, string | number]> {
  yield ['orders', fateOfOrders(run.told)];
  yield ['movements of money', run.movements];
  yield ['quotes, cancels and questions', run.otherRequests];
  for (const [at, { endedBy, readyMs, megabytes }] of run.lives.entries()) {
    const middle = Math.floor(megabytes.length / 2);
    const memory = [megabytes[0]!, megabytes[middle]!, megabytes.at(-1)!]
      .map(({ value }) => Math.round(value))
      .join(', ');
    const began = at === 0 ? '' : `ready again after ${Math.round(readyMs)} ms; `;
    yield [`life ${at + 1}`, `${began}${memory} MB at its begin, middle and end; ended by ${endedBy}`];
  }
  yield ['memory', `the line through all lives rises by ${growth.toFixed(1)} MB in ten minutes`];
  for (const { name, ok, detail } of run.invariants) yield [name, `${ok ? 'holds' : 'BROKEN'}: ${detail}`];
}

function faultsOf({ invariants }: SoakReport): string[] {
  const broken = invariants.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  if (growth > growthMax) broken.push(`memory grows by more than ${growthMax} MB in ten minutes`);
  return broken;
}
