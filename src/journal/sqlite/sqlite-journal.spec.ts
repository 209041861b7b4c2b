import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DirectoryInUse } from '../directory-lock.js';
import { JournalDamaged, type JournalHead } from '../journal.js';
import { Scenario } from '../scenario.fixture.js';
import { LocalJournalReader } from './local-journal-reader.js';
import { SqliteJournal } from './sqlite-journal.js';

let directory: string;
let path: string;
const open: SqliteJournal[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(directory, 'journal.sqlite');
});

afterEach(async () => {
  for (const journal of open.splice(0)) await journal.close();
  rmSync(directory, { recursive: true });
});

async function openJournal(): Promise<SqliteJournal> {
  const journal = await SqliteJournal.open(directory);
  open.push(journal);
  return journal;
}

async function closeAll(): Promise<void> {
  for (const journal of open.splice(0)) await journal.close();
}

/** A closed journal of 300 records; orders of one account follow each other from record 4 on. */
async function writeJournal(scenario = new Scenario()): Promise<JournalHead> {
  scenario.configure();
  const account = scenario.openAccount('Ann');
  scenario.deposit(account, 'USD', 10n ** 15n);
  while (scenario.lastSequence < 300) scenario.order(account, 'BUY', 10, 10_000);
  const journal = await openJournal();
  const head = await journal.append(scenario.take());
  await closeAll();
  return head;
}

function change(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

async function damageFound(): Promise<JournalDamaged> {
  try {
    const journal = await openJournal();
    await journal.verifyChain(0);
  } catch (error) {
    if (error instanceof JournalDamaged) return error;
    throw error;
  }
  throw new Error('no damage was found');
}

describe('after it was closed', () => {
  it('goes on where it was', async () => {
    const scenario = new Scenario();
    const head = await writeJournal(scenario);
    const journal = await openJournal();
    expect(journal.head()).toEqual(head);
    expect(await journal.verifyChain(0)).toEqual(head);
    const order = scenario.order(2, 'BUY', 10, 10_000, { fills: [{ priceTicks: 10_000, quantityLots: 10 }] });
    scenario.deposit(2, 'USD', 1n);
    expect((await journal.append(scenario.take())).sequence).toBe(302);
    expect(await journal.queries.order(order)).toMatchObject({ status: 'FILLED' });
    const [last] = (await journal.queries.ledger({ accountId: 2, asset: 'USD', limit: 1 })).items;
    expect(last?.balance).toBe(10n ** 15n - 10_000_000n - 10_000n + 1n);
  });

  it('is one file again, without a log beside it', async () => {
    await writeJournal();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});

describe('a second opening', () => {
  it('is refused while the first goes on', async () => {
    const journal = await openJournal();
    await expect(SqliteJournal.open(directory)).rejects.toThrow(DirectoryInUse);
    const scenario = new Scenario().configure();
    expect((await journal.append(scenario.take())).sequence).toBe(1);
  });

  it('may read', async () => {
    const journal = await openJournal();
    const scenario = new Scenario().configure();
    const account = scenario.openAccount('Ann');
    scenario.deposit(account, 'USD', 77n);
    const order = scenario.order(account, 'BUY', 2, 10_000, { fills: [{ priceTicks: 10_000, quantityLots: 1 }] });
    const head = await journal.append(scenario.take());
    const reader = LocalJournalReader.open(directory);
    expect(reader.head()).toEqual(head);
    expect(await reader.verifyChain(0)).toEqual(head);
    expect([...reader.orders()]).toMatchObject([{ orderId: order, status: 'PARTIALLY_FILLED' }]);
    expect([...reader.trades()]).toMatchObject([{ tradeId: 1 }]);
    expect([...reader.ledgerEntries()].map((entry) => entry.entryId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await reader.close();
  });
});

describe('damage', () => {
  it.each(['origin', 'command', 'events'])('in the %s of an old record is found, with its sequence', async (column) => {
    await writeJournal();
    change(`UPDATE journal SET ${column} = replace(${column}, 'R', 'S') WHERE sequence = 123`);
    expect(await damageFound()).toMatchObject({ sequence: 123 });
  });

  it('is found when a record is read, too, and everything before it can be read', async () => {
    await writeJournal();
    change(`UPDATE journal SET time = time + 1 WHERE sequence = 200`);
    const journal = await openJournal();
    const read: number[] = [];
    const readAll = async () => {
      for await (const record of journal.read(0)) read.push(record.sequence);
    };
    await expect(readAll()).rejects.toMatchObject({ name: 'JournalDamaged', sequence: 200 });
  });

  it('by a bit that flipped in the file is found, with its sequence', async () => {
    await writeJournal();
    const file = readFileSync(path);
    const at = file.indexOf('"requestId":"request-150"');
    file[at + 20]! ^= 1;
    writeFileSync(path, file);
    expect(await damageFound()).toMatchObject({ sequence: 150 });
  });

  it('to the pages of the file is found, however it shows', async () => {
    await writeJournal();
    const file = readFileSync(path);
    const at = file.indexOf('"requestId":"request-150"');
    file.fill(0xff, at - (at % 4096), at - (at % 4096) + 16);
    writeFileSync(path, file);
    const { sequence } = await damageFound();
    expect(sequence).toBeGreaterThan(140);
    expect(sequence).toBeLessThanOrEqual(150);
  });

  it.each([1, 150, 299])('by a missing record %i is found, with its sequence', async (sequence) => {
    await writeJournal();
    change(`DELETE FROM journal WHERE sequence = ${sequence}`);
    expect(await damageFound()).toMatchObject({ sequence });
  });

  it('by a tail that was cut off is found at once', async () => {
    await writeJournal();
    change(`DELETE FROM journal WHERE sequence > 290`);
    await expect(openJournal()).rejects.toMatchObject({ name: 'JournalDamaged', sequence: 291 });
  });

  it('by records put in another order is found', async () => {
    await writeJournal();
    change(`UPDATE journal SET sequence = -50 WHERE sequence = 50;
      UPDATE journal SET sequence = 50 WHERE sequence = 51;
      UPDATE journal SET sequence = 51 WHERE sequence = -50;`);
    expect(await damageFound()).toMatchObject({ sequence: 50 });
  });
});

describe('a log of which the end was lost', () => {
  it('leaves a valid beginning', async () => {
    const journal = await openJournal();
    const scenario = new Scenario().configure();
    const account = scenario.openAccount('Ann');
    const heads = [await journal.append(scenario.take())];
    for (let batch = 0; batch < 5; batch += 1) {
      scenario.deposit(account, 'USD', 1n);
      heads.push(await journal.append(scenario.take()));
    }
    const crashed = mkdtempSync(join(tmpdir(), 'journal-'));
    for (const name of ['journal.sqlite', 'journal.sqlite-wal']) {
      copyFileSync(join(directory, name), join(crashed, name));
    }
    const wal = join(crashed, 'journal.sqlite-wal');
    truncateSync(wal, readFileSync(wal).length - 5_000);
    const restarted = await SqliteJournal.open(crashed);
    const head = restarted.head();
    expect(heads.slice(0, -1)).toContainEqual(head);
    expect(await restarted.verifyChain(0)).toEqual(head);
    await restarted.close();
    rmSync(crashed, { recursive: true });
  });
});

describe('what is no journal', () => {
  it('is refused if it is no database', async () => {
    writeFileSync(path, 'this is not a database, and long enough that nobody takes it for an empty one '.repeat(20));
    await expect(openJournal()).rejects.toThrow('file is not a database');
    expect(() => LocalJournalReader.open(directory)).toThrow('file is not a database');
  });

  it('is refused if it is the database of somebody else', async () => {
    change('CREATE TABLE recipes (name TEXT)');
    await expect(openJournal()).rejects.toThrow('not a journal of the Exchange Simulator');
  });

  it('is refused if another version wrote it', async () => {
    await writeJournal();
    change('PRAGMA user_version = 99');
    await expect(openJournal()).rejects.toThrow('schema version 99');
  });

  it('cannot be read where there is none', () => {
    expect(() => LocalJournalReader.open(directory)).toThrow('there is no journal in');
  });
});
