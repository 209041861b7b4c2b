import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRecord } from '../record-codec.js';
import { Scenario } from '../scenario.fixture.js';
import { Database } from './database.js';
import { OrderKeys } from './order-keys.js';
import { Store } from './store.js';

let folder: string;
let store: Store;
let database: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'order-keys-'));
  const path = join(folder, 'journal.sqlite');
  store = Store.open(path);
  database = new Database(path, { readOnly: true, cacheKib: 1024 });
});

afterEach(() => {
  database.close();
  store.close();
  rmSync(folder, { recursive: true });
});

it('knows a key to be new once it has read those of the history, page by page', async () => {
  const scenario = new Scenario().configure();
  const accounts = [scenario.openAccount('Ann'), scenario.openAccount('Bob'), scenario.openAccount('Cy')];
  for (const account of accounts) {
    for (let number = 0; number < 1_500; number += 1) scenario.refuseOrder(account, `key-${number}`);
  }
  store.append(scenario.take().map(encodeRecord));
  const keys = new OrderKeys(database);
  expect(keys.isNew(accounts[0]!, 'another')).toBe(false);
  await keys.load();
  expect(keys.isNew(accounts[0]!, 'another')).toBe(true);
  const used = accounts.flatMap((account) => Array.from({ length: 1_500 }, (_, number) => [account, number] as const));
  expect(used.filter(([account, number]) => keys.isNew(account, `key-${number}`))).toEqual([]);
});

it('knows the keys of a batch it was told of', async () => {
  const scenario = new Scenario().configure();
  const keys = new OrderKeys(database);
  await keys.load();
  expect(keys.isNew(7, 'key')).toBe(true);
  scenario.refuseOrder(7, 'key');
  keys.add(scenario.take());
  expect(keys.isNew(7, 'key')).toBe(false);
});
