import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { stringify } from 'csv-stringify';
import { LocalJournalReader } from '../journal/sqlite/local-journal-reader.js';
import { dataDirectoryOption } from './data-directory-option.js';
import { columns, type Export, type Exported, exported, exportOf } from './export-columns.js';

const formats = ['csv', 'jsonl'] as const;

interface Options {
  readonly dataDir: string;
  readonly what: Exported;
  readonly format: (typeof formats)[number];
  readonly output?: string;
}

const more = `
Columns, which keep their names and their order:
${exported.map((what) => `  ${what.padEnd(7)} ${inLines(columns[what])}`).join('\n')}

All of them are written, oldest first. Amounts are decimals in whole assets, prices in the quote asset for
one whole base asset, times are UTC. In CSV, what is absent is empty; in JSON lines it is null. In the ledger
each movement has two entries, one for each side, so that every asset adds up to zero.

It only reads, so it may be used while a server runs on the directory.

Exit codes: 0 it is done; 2 it could not be done; 64 wrong usage.

Examples:
  $ exchange-simulator export --what trades > trades.csv
  $ exchange-simulator export --what ledger --format jsonl --output ledger.jsonl
  $ exchange-simulator export --what orders | sqlite3 -csv :memory: '.import /dev/stdin orders' \\
      'SELECT status, count(*) FROM orders GROUP BY status'`;

export function exportCommand(): Command {
  return new Command('export')
    .description('write trades, orders or ledger entries as CSV or JSON lines')
    .addOption(dataDirectoryOption())
    .addOption(new Option('--what <rows>', 'what to write').choices(exported).makeOptionMandatory())
    .addOption(new Option('--format <format>', 'how to write it').choices(formats).default('csv'))
    .option('--output <file>', 'file to write, which must not exist yet; standard output if not given')
    .addHelpText('after', more)
    .action(async ({ dataDir, what, format, output }: Options) => {
      const reader = LocalJournalReader.open(resolve(dataDir));
      try {
        await write(exportOf(what, reader), format, destinationOf(output));
      } finally {
        await reader.close();
      }
    });
}

/** A row is read when the destination has taken the ones before it: memory does not grow with the export. */
async function write(table: Export, format: Options['format'], destination: Writable): Promise<void> {
  const cells = format === 'csv' ? csv(table.columns) : jsonLines(table.columns);
  try {
    await pipeline(Readable.from(table.rows()), cells, destination);
  } catch (error) {
    // Whoever reads has seen enough, as `head` does.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

function csv(names: readonly string[]): Transform {
  return stringify({ header: true, columns: [...names], cast: { boolean: String } });
}

function jsonLines(names: readonly string[]): Transform {
  return new Transform({
    writableObjectMode: true,
    transform(row: Record<string, unknown>, _encoding, done) {
      done(null, `${JSON.stringify(Object.fromEntries(names.map((name) => [name, row[name]])))}\n`);
    },
  });
}

function destinationOf(output: string | undefined): Writable {
  return output === undefined ? process.stdout : createWriteStream(output, { flags: 'wx' });
}

/** Column names over as many lines as they need. */
function inLines(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < 88) lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(name);
  }
  return lines.join(`,\n${' '.repeat(10)}`);
}
