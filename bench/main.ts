import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { describeMachine } from './machine.js';
import { measure } from './measure.js';
import { jsonOf, tableOf } from './report.js';
import type { Result, Row } from './row.js';
import { book } from './rows/book.js';
import { depth } from './rows/depth.js';
import { engine } from './rows/engine.js';
import { fanOut, fanOutOrders } from './rows/fanout.js';
import { grpcOrder } from './rows/grpc-order.js';
import { grpcStream } from './rows/grpc-stream.js';
import { history } from './rows/history.js';
import { journal } from './rows/journal.js';
import { latency } from './rows/latency.js';
import { memory, memoryAtRest, memoryOfMillion } from './rows/memory.js';
import { recovery } from './rows/recovery.js';
import { restOrder } from './rows/rest-order.js';
import { restQuery } from './rows/rest-query.js';
import { start } from './rows/start.js';
import { watched, watchedTraced } from './rows/watched.js';

/** In the order that they run: what is most easily disturbed comes first. */
const rows: readonly Row[] = [
  book,
  engine,
  depth,
  restOrder,
  watched,
  watchedTraced,
  restQuery,
  grpcOrder,
  latency,
  journal,
  fanOut,
  fanOutOrders,
  grpcStream,
  start,
  memoryAtRest,
  recovery,
  memory,
  memoryOfMillion,
  history,
];
const names = rows.map(({ name }) => name);

const program = new Command('bench')
  .description('Measures the exchange beside peers that do the same with less, in turn, on this machine.')
  .option('--only <names>', `some of ${names.join(', ')}, with commas between them`, rowsNamed)
  .option('--runs <count>', 'how often each side runs, after one run to warm up', runCount, 5)
  .option('--short', 'small runs, for developing: their figures are no measure of anything', false)
  .option('--json', 'print one line of JSON for each row, and nothing else', false)
  .parse();

interface Options {
  readonly only?: readonly Row[];
  readonly runs: number;
  readonly short: boolean;
  readonly json: boolean;
}

const { only = rows, runs, short, json } = program.opts<Options>();
if (!json) process.stdout.write(`${describeMachine()}\n\n`);

// Leaving by `exit` ends the servers and removes their directories.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const results: Result[] = [];
for (const row of only) {
  const result = await measureWithProgress(row);
  results.push(result);
  if (json) process.stdout.write(`${jsonOf(result)}\n`);
}
if (!json) process.stdout.write(`\n${tableOf(results)}`);
if (!short && results.some((result) => !result.row.goal.reached(result))) process.exitCode = 1;

async function measureWithProgress(row: Row): Promise<Result> {
  const bar = new SingleBar(
    { format: `${row.name.padEnd(16)}{bar} {value}/{total} {side}`, stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  );
  const onProgress = (done: number, total: number, side: string) => {
    if (done === 0) bar.start(total, 0, { side });
    else bar.update(done, { side });
  };
  try {
    return await measure(row, { runs, size: short ? 'short' : 'full', onProgress });
  } finally {
    bar.stop();
  }
}

function rowsNamed(text: string): readonly Row[] {
  return text.split(',').map((name) => {
    const row = rows.find((candidate) => candidate.name === name);
    if (row === undefined) throw new InvalidArgumentError(`There is no row "${name}"; there are ${names.join(', ')}.`);
    return row;
  });
}

function runCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError('It must be a whole number from 1 to 999.');
  return count;
}
