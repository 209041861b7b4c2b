import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { linesOf, wholeNumber } from './command-line.js';
import { eventsPerOrder, type SlowReaderReport, SlowReaderRun } from './slow-reader/slow-reader-run.js';

const program = new Command('slow-reader')
  .description(
    'Stops two readers of streams (SIGSTOP) while the exchange trades, lets them go on, and looks what that ' +
      'was for the memory of the server, for the other readers and for what the slow ones have in the end.',
  )
  .option('--seconds <count>', 'how long the readers are stopped', wholeNumber, 60)
  .option('--events <count>', 'events a second', wholeNumber, 2_000)
  .option('--readers <count>', 'how many others read the same events', wholeNumber, 5)
  .option('--server <path>', 'the program that serves', 'dist/main.js')
  .parse();

const { seconds, events, readers, server } = program.opts<{
  readonly seconds: number;
  readonly events: number;
  readonly readers: number;
  readonly server: string;
}>();
const memoryGrowthBytesMax = 50 * 2 ** 20;
const dataDirectory = mkdtempSync(join(tmpdir(), 'exchange-slow-reader-'));
const environment = { DATA_DIR: dataDirectory, LOG_LEVEL: 'warn' };

const run = new SlowReaderRun({
  server: { program: [process.execPath, resolve(server)], environment },
  stoppedMs: seconds * 1000,
  // Long enough for the heap to find its size under this load.
  beforeMs: Math.max(5_000, seconds * 1000),
  ordersPerSecond: events / eventsPerOrder,
  otherReaders: readers,
  memory: 'resident',
  onProgress: (text) => process.stdout.write(`${text}\n`),
});
try {
  const report = await run.run();
  process.stdout.write(tableOf(report));
  if (!isAsPromised(report)) process.exitCode = 1;
} finally {
  rmSync(dataDirectory, { recursive: true });
}

function isAsPromised({ memoryBeforeBytes, memoryStoppedBytes, slow, others, market, lastEvent }: SlowReaderReport) {
  return (
    memoryStoppedBytes - memoryBeforeBytes < memoryGrowthBytesMax &&
    slow.closes.map(({ code }) => code).join() === '4409' &&
    [slow, others].every((reader) => reader.last === lastEvent && reader.breaks === 0) &&
    others.closes.length === 0 &&
    market.conflated > 0 &&
    market.closes.length + market.breaks === 0
  );
}

function tableOf(report: SlowReaderReport): string {
  const { slow, others, othersBefore, othersStopped, market } = report;
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
  return linesOf([
    ['events a second', Math.round(report.eventsPerSecond)],
    ['memory of the server before', megabytes(report.memoryBeforeBytes)],
    ['memory while readers were stopped', megabytes(report.memoryStoppedBytes)],
    ['other readers, p99 before', `${othersBefore.p99Ms} ms`],
    ['other readers, p99 meanwhile', `${othersStopped.p99Ms} ms`],
    ['other readers, breaks and closes', `${others.breaks}, ${others.closes.length}`],
    ['the slow reader was closed with', slow.closes.map(({ code, reason }) => `${code} "${reason}"`).join(', ')],
    ['events of the account', report.lastEvent],
    ['the slow reader has them up to', slow.last],
    ['  and of them missing or doubled', slow.breaks],
    ['the stopped market reader: conflated', market.conflated],
    ['  breaks and closes', `${market.breaks}, ${market.closes.length}`],
  ]);
}
