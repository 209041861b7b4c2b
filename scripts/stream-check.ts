import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { linesOf, wholeNumber } from './command-line.js';
import { Discrepancy } from './crash/discrepancy.js';
import { Random } from './crash/random.js';
import { StreamCheckRun, type StreamCheckSummary, streamCheckEnvironment } from './stream-check/stream-check-run.js';

const program = new Command('stream-check')
  .description(
    'Trades heavily at random in five markets of a real server, rebuilds each book from its stream, and compares ' +
      'it with REST at equal sequences all the time. Now and then a message is lost on the way: it must be noticed ' +
      'by the next one, and the book must be right again.',
  )
  .option('--minutes <count>', 'how long it trades', wholeNumber, 10)
  .option('--traders <count>', 'how many trade at once', wholeNumber, 10)
  .option('--drop', 'lose a message now and then (the default)', true)
  .option('--no-drop', 'lose none')
  .option('--seed <number>', 'what the random choices begin with; by default another one each time', wholeNumber)
  .option('--server <path>', 'the program whose streams are read', 'dist/main.js')
  .parse();

interface Options {
  readonly minutes: number;
  readonly traders: number;
  readonly drop: boolean;
  readonly seed?: number;
  readonly server: string;
}

const { minutes, traders, drop, seed = Date.now() % 2 ** 31, server } = program.opts<Options>();
const dataDirectory = mkdtempSync(join(tmpdir(), 'exchange-streams-'));
const environment = { ...streamCheckEnvironment, DATA_DIR: dataDirectory };

process.stdout.write(`${minutes} minutes, ${traders} traders, seed ${seed}, journal in ${dataDirectory}\n`);
const run = new StreamCheckRun({
  server: { program: [process.execPath, resolve(server)], environment },
  ...{ seconds: minutes * 60, traders, drops: drop, random: new Random(seed) },
  onProgress: ({ seconds, orders, messages, equal, recovered }) =>
    process.stdout.write(
      `${seconds} s: ${orders} orders, ${messages} messages, ${equal} books the same, ${recovered} lost messages made good\n`,
    ),
});

try {
  process.stdout.write(tableOf(await run.run()));
  rmSync(dataDirectory, { recursive: true });
} catch (error) {
  process.stdout.write(tableOf(run.summary));
  const text = error instanceof Discrepancy ? error.message : (error as Error).stack;
  process.stderr.write(`\nFAILED (seed ${seed}): ${text}\n\nThe journal is kept in ${dataDirectory}\n`);
  process.exitCode = 1;
}

function tableOf(summary: StreamCheckSummary): string {
  const rows: [string, string | number][] = [
    ['orders', summary.orders],
    ['  of which waited in the book', summary.rested],
    ['orders that the exchange refused', summary.refused],
    ['cancels', summary.canceled],
    ['messages of the five books', summary.messages],
    ['  of which tell several changes in one', summary.conflated],
    ['heartbeats', summary.heartbeats],
    ['books of REST that were the same', summary.equal],
    ['  of a sequence within a message, not comparable', summary.between],
    ['messages lost on purpose', summary.dropped],
    ['  noticed by the very next message', summary.noticed],
    ['  made good by a new snapshot', summary.recovered],
  ];
  return linesOf(rows);
}
