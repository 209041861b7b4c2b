import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import type { VerificationReport } from '../journal/journal.js';
import { SnapshotStore } from '../journal/snapshots.js';
import { journalFile } from '../journal/sqlite/local-journal-reader.js';
import { verifyFile } from '../journal/sqlite/verification.js';
import { dataDirectoryOption } from './data-directory-option.js';
import { exitCode } from './exit-code.js';

const more = `
What is checked:
  hash-chain  no record of the journal was changed, lost or put in between
  replay      carrying out the commands again gives the same events and balances
  state       events lead to the balances that are written, and to the same state as the commands
  ledger      every asset adds up to zero, and every balance is that of the exchange
  settlement  obligations come to what the trades say, and each cycle's instructions to its obligations
  read-model  each order, fill, trade, transfer, ledger entry and candle follows from the journal
  snapshots   each is the state of its place in the journal
  file        SQLite finds its file sound

It only reads, so it may be used while a server runs on the directory. It builds the exchange and all its
tables anew, the tables in a temporary file: that takes as much room as the journal's file does.

Exit codes: 0 everything is as it should be; 1 something is not; 2 it could not be checked; 64 wrong usage.

Examples:
  $ exchange-simulator verify
  $ exchange-simulator verify --data-dir /var/lib/exchange --json | jq .checks`;

export function verifyCommand(): Command {
  return new Command('verify')
    .description('check everything that an exchange has kept, without starting it')
    .addOption(dataDirectoryOption())
    .option('--json', 'print the report as JSON')
    .addHelpText('after', more)
    .action(async ({ dataDir, json }: { dataDir: string; json?: true }) => {
      const path = join(dataDir, journalFile);
      if (!existsSync(path)) throw new Error(`There is no journal in ${resolve(dataDir)}.`);
      const report = await withProgress((onProgress) =>
        verifyFile({ path, snapshots: new SnapshotStore(dataDir), onProgress }),
      );
      process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : reportText(resolve(dataDir), report));
      process.exitCode = report.ok ? exitCode.ok : exitCode.wrong;
    });
}

type OnProgress = (sequence: number, headSequence: number) => void;

/** Shows a bar where somebody is watching. */
async function withProgress<Value>(work: (onProgress: OnProgress) => Promise<Value>): Promise<Value> {
  if (!process.stderr.isTTY) return work(() => undefined);
  const format = 'Replaying {bar} {value} of {total} records, {eta} s left';
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true });
  bar.start(0, 0);
  try {
    return await work((sequence, headSequence) => {
      bar.setTotal(headSequence);
      bar.update(sequence);
    });
  } finally {
    bar.stop();
  }
}

function reportText(directory: string, { ok, records, headHash, checks }: VerificationReport): string {
  const lines = checks.map((check) => `  ${check.ok ? 'ok   ' : 'WRONG'}  ${check.name.padEnd(10)}  ${check.detail}`);
  const failed = checks.filter((check) => !check.ok).length;
  const verdict = ok ? 'Everything is as it should be.' : `${failed} of ${checks.length} checks found something wrong.`;
  return `Journal in ${directory}: ${records} records, the last with the hash ${headHash}\n\n${lines.join('\n')}\n\n${verdict}\n`;
}
