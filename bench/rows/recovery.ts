import { ExchangeServer } from '../exchange-server.js';
import { fillJournal } from '../journal/fill-journal.js';
import type { Row, Run } from '../row.js';
import { TemporaryDirectory } from '../temporary-directory.js';
import { readyAfter } from './start.js';

const contents = { full: { open: 10_000, filled: 1_000_000 }, short: { open: 1_000, filled: 20_000 } } as const;
const extraMsMax = 1_000;
const readyTimeoutMs = 300_000;

/** From the start of the process to ready after a crash. Each start is ended by one too, so that the next one finds the same. */
export const recovery: Row = {
  name: 'recovery',
  title: `start to ready after a crash, with ${contents.full.filled.toLocaleString('en')} filled orders in the journal and ${contents.full.open.toLocaleString('en')} open`,
  unit: 'ms',
  peer: 'start to ready on an empty data directory',
  goal: { text: `+ ${extraMsMax} ms at most`, reached: ({ ours, peer }) => ours - peer <= extraMsMax },
  async prepare(size) {
    const directory = new TemporaryDirectory();
    await fillJournal(directory.path, contents[size]);
    return {
      peer: () => startAndCrash({}),
      ours: () => startAndCrash({ DATA_DIR: directory.path }),
      close: async () => directory.remove(),
    };
  },
};

async function startAndCrash(environment: Readonly<Record<string, string>>): Promise<Run> {
  const started = performance.now();
  const server = new ExchangeServer(environment);
  const { http } = await server.ready(readyTimeoutMs);
  const value = await readyAfter(started, http);
  await server.crash();
  return { value };
}
