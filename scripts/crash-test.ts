import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { linesOf, wholeNumber } from './command-line.js';
import { CrashRun, type CrashSummary } from './crash/crash-run.js';
import { Discrepancy } from './crash/discrepancy.js';
import { PowerLoss } from './crash/power-loss.js';
import { Random } from './crash/random.js';

const program = new Command('crash-test')
  .description(
    'Loads a real server, kills it with SIGKILL at random moments, starts it again on the same directory, ' +
      'and compares everything that it has with everything that it acknowledged.',
  )
  .option('--kills <count>', 'how often the server is killed', wholeNumber, 200)
  .option('--clients <count>', 'how many clients send requests at once', wholeNumber, 16)
  .option('--seed <number>', 'what the random choices begin with; by default another one each time', wholeNumber)
  .option('--power-loss', 'with each kill everything is lost that was written and not synced; needs Linux and gcc')
  .option('--server <path>', 'the program that is killed', 'dist/main.js')
  .parse();

interface Options {
  readonly kills: number;
  readonly clients: number;
  readonly seed?: number;
  readonly powerLoss?: true;
  readonly server: string;
}

const { kills, clients, seed = Date.now() % 2 ** 31, powerLoss: cutsPower, server } = program.opts<Options>();
const dataDirectory = mkdtempSync(join(tmpdir(), 'exchange-crash-'));
const powerLoss = cutsPower && new PowerLoss(dataDirectory);
const settings = { DATA_DIR: dataDirectory, SNAPSHOT_EVERY: '500', PRICE_INTERVAL_MS: '1000', LOG_LEVEL: 'warn' };
const environment = { ...settings, ...powerLoss?.environment };

process.stdout.write(`${kills} kills, ${clients} clients, seed ${seed}, journal in ${dataDirectory}\n`);
const bars = new MultiBar(
  { format: '{bar} {value}/{total} kills | {text}', noTTYOutput: true, notTTYSchedule: 5_000 },
  Presets.shades_classic,
);
const bar: SingleBar = bars.create(kills, 0, { text: 'starting' });
const run = new CrashRun({
  server: { program: [process.execPath, resolve(server)], environment },
  dataDirectory,
  kills,
  clients,
  random: new Random(seed),
  wholeEvery: 20,
  afterDeath: () => powerLoss?.cut(),
  onKill: (summary) => bar.update(summary.kills, { text: progressOf(summary) }),
});

try {
  const summary = await run.run();
  bars.stop();
  process.stdout.write(tableOf(summary));
  rmSync(dataDirectory, { recursive: true });
} catch (error) {
  bars.stop();
  process.stdout.write(tableOf(run.summary));
  const text = error instanceof Discrepancy ? error.message : (error as Error).stack;
  process.stderr.write(
    `\nFAILED after ${run.summary.kills} kills (seed ${seed}): ${text}\n\nThe journal is kept in ${dataDirectory}\n`,
  );
  process.exitCode = 1;
}
powerLoss?.remove();

function progressOf({ orders, readyMs }: CrashSummary): string {
  return `${orders} orders acknowledged, ready again after ${Math.round(readyMs.at(-1) ?? 0)} ms`;
}

function tableOf(summary: CrashSummary): string {
  const {
    kills: done,
    killsDuringStart,
    records,
    orders,
    transfers,
    acknowledged,
    unanswered,
    unansweredTaken,
  } = summary;
  const ready = summary.readyMs.toSorted((a, b) => a - b);
  const middle = Math.round(ready[ready.length >> 1] ?? 0);
  const rows: (readonly [string, string | number])[] = [
    ['kills under load', done],
    ['kills of the restart itself', killsDuringStart],
    ['answers acknowledged', acknowledged],
    ['orders', orders],
    ['deposits and transfers', transfers],
    ['answers lost and asked for again', unanswered],
    ['  of which had been carried out', unansweredTaken],
    ['journal records, without a gap', records],
    ...(powerLoss === undefined ? [] : [['cuts that lost a part of the log', powerLoss.cutCommits] as const]),
    ['verify ok', `${summary.verifications} times`],
    ['ready again, median and slowest', `${middle} ms, ${Math.round(ready.at(-1) ?? 0)} ms`],
  ];
  return linesOf(rows);
}
