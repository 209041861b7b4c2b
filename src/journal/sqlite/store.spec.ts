import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalFailed, JournalFull } from '../journal.js';
import { encodeRecord } from '../record-codec.js';
import { Scenario } from '../scenario.fixture.js';
import { Chain } from './chain.js';
import { ReadModel } from './read-model.js';
import { Store } from './store.js';

let directory: string;
let store: Store;
let scenario: Scenario;
let account: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'store-'));
  store = Store.open(join(directory, 'journal.sqlite'));
  scenario = new Scenario().configure();
  account = scenario.openAccount('Ann');
  keep();
});

afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

function keep() {
  return store.append(scenario.take().map(encodeRecord));
}

function deposits(count: number): void {
  for (let each = 0; each < count; each += 1) scenario.deposit(account, 'USD', 5n);
}

/** SQLite answers a file at its largest size as it answers a full disk. */
function allowPages(pages: number): void {
  store.database.connection.exec(`PRAGMA max_page_count = ${pages}`);
}

it('counts the events of an account on where it stopped, though nothing of them is in memory', async () => {
  deposits(3);
  keep();
  store.close();
  store = Store.open(join(directory, 'journal.sqlite'));
  deposits(2);
  keep();
  const model = new ReadModel(store.database);
  expect(await model.accountPosition(account)).toEqual({ sequence: account + 5, accountSequence: 1 + 5 * 2 });
});

it('is durable: the log is synced at every commit', () => {
  expect(store.database.pragma('journal_mode')).toBe('wal');
  expect(store.database.pragma('synchronous')).toBe(2);
});

it('keeps nothing of a batch that was given after one that found the disk full', () => {
  const { head } = store;
  allowPages(Number(store.database.pragma('page_count')) + 2);
  deposits(500);
  const large = scenario.take().map(encodeRecord);
  deposits(1);
  const next = scenario.take().map(encodeRecord);
  expect(() => store.append(large)).toThrow(JournalFull);
  allowPages(1_000_000);
  expect(() => store.append(next)).toThrow(JournalFull);
  expect(store.head).toEqual(head);
  store.append(large);
  expect(store.append(next).sequence).toBe(head.sequence + 501);
});

it('keeps nothing of a batch that finds the disk full, and goes on when there is room again', async () => {
  const head = store.head;
  allowPages(Number(store.database.pragma('page_count')) + 2);
  deposits(200);
  expect(keep).toThrow(JournalFull);
  expect(store.head).toEqual(head);
  expect(store.hasRoom()).toBe(false);
  const model = new ReadModel(store.database);
  expect((await model.ledger({ accountId: account, limit: 10 })).items).toEqual([]);

  allowPages(1_000_000);
  expect(store.hasRoom()).toBe(true);
  scenario = new Scenario(head.sequence, head.time);
  deposits(3);
  const { sequence } = keep();
  expect(sequence).toBe(head.sequence + 3);
  const entries = (await model.ledger({ accountId: account, limit: 10 })).items;
  expect(entries.map(({ entryId, balance }) => [entryId, balance])).toEqual([
    [6, 15n],
    [4, 10n],
    [2, 5n],
  ]);
  expect((await model.accountPosition(account)).accountSequence).toBe(1 + 3 * 2);
  expect(new Chain(store.database).walk(new Chain(store.database).linkAt(0), 100).sequence).toBe(sequence);
});

it('takes nothing more after any other failure', () => {
  store.database.connection.exec('DROP TABLE transfers');
  deposits(1);
  expect(keep).toThrow(JournalFailed);
  scenario = new Scenario(store.head.sequence, store.head.time);
  scenario.suspend(account);
  expect(keep).toThrow(JournalFailed);
  expect(() => store.hasRoom()).toThrow(JournalFailed);
});

it('keeps its log short', () => {
  for (let batch = 0; batch < 300; batch += 1) {
    deposits(30);
    keep();
    if (store.logPages() > 200) store.checkpoint();
  }
  const { log } = store.database.connection.prepare('PRAGMA wal_checkpoint(NOOP)').get() as { log: number };
  expect(log).toBeLessThan(400);
});

it('does not let a record into the past', () => {
  scenario = new Scenario(store.head.sequence, store.head.time - 1_000);
  deposits(1);
  expect(keep).toThrow('is older than the one before it');
});
