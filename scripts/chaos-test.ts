import { readFileSync } from 'node:fs';
import { Presets, SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { linesOf, wholeNumber } from './command-line.js';
import { fateOfOrders, growthPerMinute } from './scenario/figures.js';
import { playScenario, type ShowReport } from './scenario/scenario-show.js';

const program = new Command('chaos-test')
  .description(
    'Has every kind of fault strike a real server at once, under load: no answer may lie, everything has to be ' +
      'settled, verified and reconciled in the end, and memory has to stay where it is.',
  )
  .option('--seconds <count>', 'how long', wholeNumber, 120)
  .option('--traders <count>', 'how many trade meanwhile', wholeNumber, 12)
  .option('--seed <number>', 'what prices and choices begin with', wholeNumber, 1)
  .option('--growth-max <megabytes>', 'how much memory may grow in a minute, by its regression line', wholeNumber, 40)
  .parse();

const { seconds, traders, seed, growthMax } =
  program.opts<Record<'seconds' | 'traders' | 'seed' | 'growthMax', number>>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const bar = new SingleBar({ format: '{bar} {percentage} % | {text}', noTTYOutput: true }, Presets.shades_classic);
bar.start(100, 0, { text: 'starting' });
const report = await playScenario({
  ...{ scenario: 'everything', seconds, traders, seed },
  definition: readFileSync('scripts/chaos/everything.yaml', 'utf8'),
  onProgress: (progress, text) => bar.update(Math.round(progress * 100), { text }),
}).finally(() => bar.stop());
const faults = faultsOf(report);
process.stdout.write(linesOf([...figuresOf(report)]));
process.stdout.write(
  faults.length === 0 ? '\nNothing lied, and everything adds up.\n' : `\nFAILED: ${faults.join('; ')}\n`,
);
process.exit(faults.length === 0 ? 0 : 1);

function* figuresOf({ steps, told, invariants, megabytes }: ShowReport): Generator<[string, string | number]> {
  yield ['orders', fateOfOrders(told)];
  for (const { text, struck = 0 } of steps)
    if (text.startsWith('inject'))
      yield [text.replace('inject ', ''), struck > 0 ? `struck ${struck} times` : 'was in force'];
  for (const { name, ok, detail } of invariants) yield [name, `${ok ? 'holds' : 'BROKEN'}: ${detail}`];
  const growth = growthPerMinute(megabytes).toFixed(1);
  yield ['memory', `${tenths(megabytes).join(', ')} MB; its line rises by ${growth} MB a minute`];
}

/** Ten values of many, evenly apart. */
function tenths(values: readonly number[]): number[] {
  return values.filter((_, at) => at % Math.ceil(values.length / 10) === 0).map(Math.round);
}

function faultsOf({ status, invariants, megabytes }: ShowReport): string[] {
  const broken = invariants.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  if (status !== 'DONE') broken.push(`the scenario is ${status}`);
  if (growthPerMinute(megabytes) > growthMax) broken.push(`memory grows by more than ${growthMax} MB a minute`);
  return broken;
}
