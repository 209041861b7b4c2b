import { resolve } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { linesOf, wholeNumber } from './command-line.js';
import { type FuzzReport, FuzzRun } from './fuzz/fuzz-run.js';
import { phases } from './fuzz/phases.js';
import { findingLines, keepsTooMuch, keptLine, memoryLine, statusTable } from './fuzz/report.js';

const program = new Command('fuzz')
  .description(
    'Sends valid and broken inputs to everything that a real server takes them over: REST and WebSocket by the ' +
      'documents that it serves, gRPC by the protos, and bytes that are neither. No answer may be a 5xx or undocumented, ' +
      'nothing may crash or be logged, and the journal has to hold what was accepted, and nothing else.',
  )
  .option('--inputs <count>', 'how many inputs', wholeNumber, 100_000)
  .option('--seed <number>', 'what they follow from', wholeNumber, 1)
  .option('--minutes <count>', 'the longest that it may take', wholeNumber, 20)
  .option(
    '--phase <name>',
    'one phase alone: exchange, access (a server that asks for credentials), or faults (one that can be told to fail)',
  )
  .option('--at <index>', 'one input alone', wholeNumber)
  .option('--kept-max <bytes>', 'how much may be kept of an input, by the regression line', wholeNumber, 100)
  .parse();

interface Options {
  readonly inputs: number;
  readonly seed: number;
  readonly minutes: number;
  readonly phase?: string;
  readonly at?: number;
  readonly keptMax: number;
}

const { inputs, seed, minutes, phase: wanted, at, keptMax } = program.opts<Options>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

for (const { name, share, isWanted, ...phase } of phases) {
  if (wanted !== undefined && wanted !== name) continue;
  const part = wanted === undefined ? share : 1;
  const count = Math.round(inputs * part);
  const bar = new SingleBar(
    { format: '{bar} {percentage} % | {value} inputs | {findings} findings', noTTYOutput: true, notTTYSchedule: 5_000 },
    Presets.shades_classic,
  );
  bar.start(count, 0, { findings: 0 });
  const run = new FuzzRun({
    ...{
      server: [resolve('dist/main.js')],
      ...phase,
      seed,
      isWanted,
      only: at,
      inputs: count,
      secondsMax: minutes * 60 * part,
    },
    onProgress: (sent, findings) => bar.update(sent, { findings }),
  });
  print(name, await run.run().finally(() => bar.stop()), count);
}

function print(phase: string, report: FuzzReport, count: number): void {
  const { sent, seconds, findings, counts, megabytes, kept, verified } = report;
  process.stdout.write(`\n${statusTable(report.rows)}\n`);
  process.stdout.write(
    linesOf([
      ['phase', phase],
      ['inputs', at === undefined && sent < count ? `${sent} of ${count}: the time was up` : sent],
      ['seconds', seconds.toFixed(1)],
      ['verify', verified],
      ...[...counts].map(([command, each]) => {
        const { accepted, repeated, idle, refused, unknown, records } = each;
        const parts = `${accepted} accepted, ${refused} refused and kept, ${unknown} unanswered`;
        return [
          command,
          `${records} records: ${parts}; ${repeated} answered again, ${idle} with nothing to do`,
        ] as const;
      }),
      ['memory', memoryLine(megabytes)],
      ['kept after collections', keptLine(kept)],
    ]),
  );
  const grows = keepsTooMuch(kept, keptMax);
  if (grows) process.stdout.write(`\nFAILED: more than ${keptMax} bytes of an input may be kept\n`);
  process.stdout.write(`\n${findingLines(findings, `--phase ${phase} --inputs ${count} --seed ${seed}`)}\n`);
  if (grows || findings.length > 0) process.exitCode = 1;
}
