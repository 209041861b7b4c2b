import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { linesOf, wholeNumber } from './command-line.js';
import { Discrepancy } from './crash/discrepancy.js';
import { Random } from './crash/random.js';
import { RollingRun, type RollingSummary } from './rolling-restart/rolling-run.js';

const program = new Command('rolling-restart')
  .description(
    'Loads a real server over REST and gRPC, stops it with SIGTERM and starts it again, many times: clients that ' +
      'follow readiness must not notice, and nothing may be carried out without an answer.',
  )
  .option('--restarts <count>', 'how often the server is restarted', wholeNumber, 20)
  .option('--clients <count>', 'how many clients follow readiness over REST', wholeNumber, 12)
  .option('--drain-wait <ms>', 'the DRAIN_WAIT_MS of the server', wholeNumber, 500)
  .option('--seed <number>', 'what the random choices begin with; by default another one each time', wholeNumber)
  .option('--server <path>', 'the program that is restarted', 'dist/main.js')
  .parse();

interface Options {
  readonly restarts: number;
  readonly clients: number;
  readonly drainWait: number;
  readonly seed?: number;
  readonly server: string;
}

const { restarts, clients, drainWait, seed = Date.now() % 2 ** 31, server } = program.opts<Options>();
const dataDirectory = mkdtempSync(join(tmpdir(), 'exchange-rolling-'));
const environment = {
  DATA_DIR: dataDirectory,
  DRAIN_WAIT_MS: `${drainWait}`,
  PRICE_SOURCE: 'fixed',
  LOG_LEVEL: 'warn',
};

process.stdout.write(`${restarts} restarts, ${clients} clients, seed ${seed}, journal in ${dataDirectory}\n`);
const run = new RollingRun({
  server: { program: [process.execPath, resolve(server)], environment },
  dataDirectory,
  restarts,
  clients,
  random: new Random(seed),
  onRestart: ({ restarts: done, stopMs }) =>
    process.stdout.write(`restart ${done}: ended with 0 after ${Math.round(stopMs.at(-1) ?? 0)} ms\n`),
});

try {
  process.stdout.write(tableOf(await run.run()));
  rmSync(dataDirectory, { recursive: true });
} catch (error) {
  const text = error instanceof Discrepancy ? error.message : (error as Error).stack;
  process.stderr.write(
    `\nFAILED after ${run.summary.restarts} restarts (seed ${seed}): ${text}\n\nThe journal is kept in ${dataDirectory}\n`,
  );
  process.exitCode = 1;
}

function tableOf(summary: RollingSummary): string {
  const { stopMs, orders, ordersOverGrpc, acknowledged, refused, unreachable } = summary;
  const rows: [string, string | number][] = [
    ['restarts under load, each ended with 0', summary.restarts],
    ['answers acknowledged', acknowledged],
    ['orders', orders],
    ['  of which over gRPC', ordersOverGrpc],
    ['turned away though they followed readiness', 0],
    ['refused with 503, not looking at it', refused],
    ['found nobody there, not looking at it', unreachable],
    ['carried out and never answered', 0],
    ['slowest stop, the wait for balancers included', `${Math.round(Math.max(...stopMs))} ms`],
  ];
  return linesOf(rows);
}
