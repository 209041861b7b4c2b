import { join } from 'node:path';
import { journalFile } from '../../src/journal/sqlite/local-journal-reader.js';
import { fillJournal } from '../journal/fill-journal.js';
import { Program } from '../program.js';
import { type Row, type Run, ratioAtLeast } from '../row.js';
import { TemporaryDirectory } from '../temporary-directory.js';

const recordCounts = { full: 100_000, short: 10_000 } as const;
const runTimeoutMs = 300_000;
const bareSqlite = new URL('../peers/bare-sqlite.js', import.meta.url).pathname;

/** Market orders through the venue alone. What each left in the database, the peer writes again. */
export const journal: Row = {
  name: 'journal',
  title: 'market orders through sequencer, engine, journal and read model to their commit, 256 in flight',
  unit: 'records/s',
  peer: 'the same rows through bare node:sqlite, WAL, FULL, batches of 64',
  goal: ratioAtLeast(0.5),
  async prepare(size) {
    const count = recordCounts[size];
    const source = new TemporaryDirectory();
    await fillJournal(source.path, { open: 0, filled: count });
    return {
      peer: () => writeAgain(join(source.path, journalFile), count),
      ours: () => writeAnew(count),
      close: async () => source.remove(),
    };
  },
};

async function writeAnew(filled: number): Promise<Run> {
  const directory = new TemporaryDirectory();
  try {
    return { value: await fillJournal(directory.path, { open: 0, filled }) };
  } finally {
    directory.remove();
  }
}

async function writeAgain(path: string, count: number): Promise<Run> {
  const program = new Program([bareSqlite, path, `${count}`]);
  const [, value] = await program.printed(/records\/s (\S+)/, runTimeoutMs);
  await program.stop();
  return { value: Number(value) };
}
