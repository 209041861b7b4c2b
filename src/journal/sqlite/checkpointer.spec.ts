import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { JournalFailed } from '../journal.js';
import { encodeRecord } from '../record-codec.js';
import { Scenario } from '../scenario.fixture.js';
import { Checkpointer } from './checkpointer.js';
import { resultCode } from './database.js';
import { Store } from './store.js';
import { WorkerThread } from './worker-thread.js';

/** Thousands of pages are written, each batch with its fsync: a slow disk takes as long as it takes. */
jest.setTimeout(120_000);

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

let directory: string;
let path: string;
let store: Store;
let scenario: Scenario;
let account: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'checkpointer-'));
  path = join(directory, 'journal.sqlite');
  store = Store.open(path);
  scenario = new Scenario().configure();
  account = scenario.openAccount('Ann');
});

afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

function writeBatch(): void {
  for (let each = 0; each < 200; each += 1) scenario.deposit(account, 'USD', 5n);
  store.append(scenario.take().map(encodeRecord));
}

function writeUntilDue(): void {
  while (store.logPages() < 8_000) writeBatch();
}

it('takes the log into the database while batches are written, and the log begins anew', async () => {
  let asked = 0;
  const thread = new WorkerThread(new URL('./checkpoint-worker.js', import.meta.url), { path });
  const counting = {
    ask: <Value>(method: string) => {
      asked += 1;
      return thread.ask<Value>(method);
    },
    stop: () => thread.stop(),
  };
  const checkpointer = new Checkpointer(store, counting);
  let pagesMax = 0;
  for (let batch = 0; batch < 2_000 && asked < 3; batch += 1) {
    writeBatch();
    checkpointer.afterBatch();
    pagesMax = Math.max(pagesMax, store.logPages());
    await nextTurn();
  }
  await checkpointer.stop();
  expect(asked).toBeGreaterThanOrEqual(3);
  expect(pagesMax).toBeLessThan(20_000);
  expect(store.logPages()).toBe(0);
});

it('begins when enough pages have come, and not twice at once', async () => {
  const asked: ((value: never) => void)[] = [];
  const ask = <Value>() => new Promise<Value>((resolve) => asked.push(resolve));
  const checkpointer = new Checkpointer(store, { ask, stop: async () => undefined });
  writeBatch();
  checkpointer.afterBatch();
  expect(asked).toHaveLength(0);
  writeUntilDue();
  checkpointer.afterBatch();
  checkpointer.afterBatch();
  expect(asked).toHaveLength(1);
  asked[0]!(undefined as never);
  await nextTurn();
  // The thread of this spec takes nothing, so that a second round is due.
  expect(asked).toHaveLength(2);
  const stopped = checkpointer.stop();
  asked[1]!(undefined as never);
  await stopped;
  expect(asked).toHaveLength(2);
  expect(store.logPages()).toBe(0);
});

it.each([
  ['fails, after which nothing more is taken', resultCode.ioError, true],
  ['finds the disk full, which keeps nobody from writing to the log', resultCode.full, false],
])('%s', async (_what, errcode, fails) => {
  const ask = () => Promise.reject(Object.assign(new Error('the disk says no'), { errcode }));
  const checkpointer = new Checkpointer(store, { ask, stop: async () => undefined });
  writeUntilDue();
  checkpointer.afterBatch();
  await checkpointer.stop();
  if (fails) expect(writeBatch).toThrow(JournalFailed);
  else expect(writeBatch).not.toThrow();
});
