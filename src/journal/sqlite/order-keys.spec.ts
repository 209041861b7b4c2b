import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRecord } from '../record-codec.js';
import { Scenario } from '../scenario.fixture.js';
import { Database } from './database.js';
import { OrderKeys } from './order-keys.js';
import { unkeyedRecordsMax } from './order-projection.js';
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

it('knows the orders whose keys are not in their table yet, from the journal and from the batches after it', async () => {
  const scenario = new Scenario().configure();
  const placed = Array.from({ length: 3 * unkeyedRecordsMax }, (_, number) => scenario.refuseOrder(7, `key-${number}`));
  const batches = Array.from({ length: placed.length / 32 }, () => scenario.records.splice(0, 32));
  const half = batches.length / 2;
  const inTable = () =>
    database
      .statement('SELECT client_order_id FROM client_order_ids')
      .all()
      .map((row) => row.client_order_id);
  for (const batch of batches.slice(0, half)) store.append(batch.map(encodeRecord));
  const keys = new OrderKeys(database);
  for (const batch of batches.slice(half)) {
    store.append(batch.map(encodeRecord));
    keys.add(batch);
    const tabled = new Set(inTable());
    const durable = placed.flatMap((orderId, number) =>
      orderId <= store.head.sequence ? [[orderId, `key-${number}`] as const] : [],
    );
    const missing = durable.filter(([orderId, key]) => !tabled.has(key) && keys.recentOrder(7, key) !== orderId);
    expect(missing).toEqual([]);
    expect(durable.length - tabled.size).toBeLessThan(unkeyedRecordsMax);
  }
  expect(inTable().length).toBeGreaterThan(unkeyedRecordsMax);
});
