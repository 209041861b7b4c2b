import { readFileSync } from 'node:fs';
import { Presets, SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { linesOf, wholeNumber } from './command-line.js';
import { fateOfOrders, type Growth, growthOf, type Measured, perSecond } from './scenario/figures.js';
import { playScenario, type ShowReport } from './scenario/scenario-show.js';

const program = new Command('chaos-test')
  .description(
    'Has every kind of fault strike a real server at once, under load: no answer may lie, everything has to be ' +
      'settled, verified and reconciled in the end, and memory has to stay where it is.',
  )
  .option('--seconds <count>', 'how long', wholeNumber, 120)
  .option('--traders <count>', 'how many trade meanwhile', wholeNumber, 12)
  .option('--seed <number>', 'what prices and choices begin with', wholeNumber, 1)
  .option('--growth-max <megabytes>', 'how much of what is kept on the heaps may grow in a minute', wholeNumber, 1)
  .option('--resident-growth-max <megabytes>', 'how much all its memory may grow in a minute', wholeNumber, 10)
  .parse();

const { seconds, traders, seed, growthMax, residentGrowthMax } =
  program.opts<Record<'seconds' | 'traders' | 'seed' | 'growthMax' | 'residentGrowthMax', number>>();
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

function* figuresOf({ steps, told, invariants, megabytes, kept }: ShowReport): Generator<[string, string | number]> {
  yield ['orders', fateOfOrders(told)];
  for (const { text, struck = 0 } of steps)
    if (text.startsWith('inject'))
      yield [text.replace('inject ', ''), struck > 0 ? `struck ${struck} times` : 'was in force'];
  for (const { name, ok, detail } of invariants) yield [name, `${ok ? 'holds' : 'BROKEN'}: ${detail}`];
  yield ['kept on the heaps', memoryText(kept)];
  yield ['memory in all', memoryText(perSecond(megabytes))];
}

function memoryText(measured: readonly Measured[]): string {
  const values = tenths(measured.map(({ value }) => value));
  return `${values.join(', ')} MB; over the second half ${growthText(growthOf(measured))}`;
}

function growthText({ perMinute, uncertainty }: Growth): string {
  return `its line rises by ${perMinute.toFixed(1)} ± ${uncertainty.toFixed(1)} MB a minute`;
}

/** Ten values of many, evenly apart. */
function tenths(values: readonly number[]): number[] {
  return values.filter((_, at) => at % Math.ceil(values.length / 10) === 0).map(Math.round);
}

function faultsOf({ status, invariants, megabytes, kept }: ShowReport): string[] {
  const broken = invariants.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  if (status !== 'DONE') broken.push(`the scenario is ${status}`);
  if (grows(kept, growthMax)) broken.push(`what is kept grows by more than ${growthMax} MB a minute`);
  if (grows(perSecond(megabytes), residentGrowthMax)) {
    broken.push(`memory grows by more than ${residentGrowthMax} MB a minute`);
  }
  return broken;
}

/** Beyond doubt: even the lowest line that may be true rises faster. */
function grows(measured: readonly Measured[], most: number): boolean {
  const { perMinute, uncertainty } = growthOf(measured);
  return perMinute - uncertainty > most;
}
