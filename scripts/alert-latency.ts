import { Presets, SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { describeMachine } from '../bench/machine.js';
import { type AlertLatencies, AlertLatencyRun } from './alert-latency/alert-latency-run.js';
import { linesOf, wholeNumber } from './command-line.js';

const program = new Command('alert-latency')
  .description(
    'Has accounts go beyond their exposure limit, and measures how long it takes from the commit of each trade that ' +
      'did it until the alert of the reference risk monitor is there, for somebody who reads what it prints.',
  )
  .option('--breaches <count>', 'how many', wholeNumber, 1_000)
  .option('--per-second <count>', 'how many in a second', wholeNumber, 50)
  .option('--accounts <count>', 'of how many accounts', wholeNumber, 50)
  .parse();

const { breaches, perSecond, accounts } = program.opts<{ breaches: number; perSecond: number; accounts: number }>();

process.stdout.write(`${describeMachine()}\n\n`);
const bar = new SingleBar({ format: '{bar} {value} of {total} breaches', noTTYOutput: true }, Presets.shades_classic);
bar.start(breaches, 0);
const run = new AlertLatencyRun({ breaches, perSecond, accounts, onProgress: (count) => bar.update(count) });
const latencies = await run.run();
bar.stop();
process.stdout.write(tableOf(latencies));
if (latencies.missing + latencies.doubled > 0) process.exitCode = 1;

function tableOf({ alerts, missing, doubled, p50Ms, p99Ms, maxMs }: AlertLatencies): string {
  return linesOf([
    ['breaches, a second', `${breaches}, ${perSecond}`],
    ['alerts', alerts],
    ['  breaches without one', missing],
    ['  breaches with more than one', doubled],
    ['from commit to alert, p50', `${p50Ms.toFixed(2)} ms`],
    ['from commit to alert, p99', `${p99Ms.toFixed(2)} ms`],
    ['from commit to alert, longest', `${maxMs.toFixed(2)} ms`],
  ]);
}
