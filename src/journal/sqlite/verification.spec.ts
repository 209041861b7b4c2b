import { hash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openTradingVenue, type TradingDay, tradeADay, tradedDirectory } from '../../venue/trading-day.fixture.js';
import type { Venue } from '../../venue/venue.js';
import { SnapshotStore } from '../snapshots.js';
import { MemoryJournal } from './memory-journal.js';
import { reseal } from './reseal.fixture.js';
import { SqliteJournal } from './sqlite-journal.js';
import { verifyFile } from './verification.js';

const names = ['hash-chain', 'replay', 'state', 'ledger', 'settlement', 'read-model', 'snapshots', 'file'];

describe('the verification of a journal', () => {
  let folder: string;
  let day: TradingDay;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'verification-'));
    day = await tradedDirectory(join(folder, 'sound'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const venues: Venue[] = [];
  const opened = (venue: Venue) => {
    venues.push(venue);
    return venue;
  };

  afterEach(async () => {
    for (const venue of venues.splice(0)) await venue.close();
  });

  /** A venue that starts on a journal without its snapshots. */
  async function reopened(journal: SqliteJournal): Promise<void> {
    try {
      opened(await openTradingVenue(journal));
    } catch (error) {
      await journal.close();
      throw error;
    }
  }

  /** A copy of the sound directory that somebody has had a hand in. */
  function tampered(tamper: (database: DatabaseSync, directory: string) => void): string {
    const directory = mkdtempSync(join(folder, 'tampered-'));
    cpSync(join(folder, 'sound'), directory, { recursive: true });
    const database = new DatabaseSync(join(directory, 'journal.sqlite'));
    tamper(database, directory);
    database.close();
    return directory;
  }

  const verify = (directory: string, live?: { sequence: number; stateHash: string }) =>
    verifyFile({ path: join(directory, 'journal.sqlite'), snapshots: new SnapshotStore(directory), live });

  async function findings(directory: string): Promise<Record<string, string>> {
    const { ok, checks } = await verify(directory);
    const wrong = checks.filter((check) => !check.ok);
    expect([ok, checks.map(({ name }) => name)]).toEqual([wrong.length === 0, names]);
    return Object.fromEntries(wrong.map(({ name, detail }) => [name, detail]));
  }

  it('finds a sound journal to be sound, and says how much that is', async () => {
    const progress: number[][] = [];
    const path = join(folder, 'sound', 'journal.sqlite');
    const snapshots = new SnapshotStore(join(folder, 'sound'));
    const report = await verifyFile({ path, snapshots, onProgress: (...at) => progress.push(at) });
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    const [head] = rowsOf(path, 'SELECT sequence, hash FROM journal_head');
    expect(report).toMatchObject({
      ok: true,
      records: head!.sequence,
      headSequence: head!.sequence,
      headHash: head!.hash,
      checks: names.map((name) => ({ name, ok: true, detail: expect.stringMatching(/\.$/) })),
    });
    expect(progress).toEqual([[head!.sequence, head!.sequence]]);
  });

  it('names the first record whose text was changed', async () => {
    const directory = tampered((database) =>
      database.exec(`UPDATE journal SET events = replace(events, 'Alice', 'Alyce') WHERE sequence = ${day.alice}`),
    );
    const found = await findings(directory);
    expect(found['hash-chain']).toBe(
      `Record ${day.alice}: record ${day.alice} of the journal is not what was written: its hash differs.`,
    );
    expect(found.replay).toContain('because the hash chain is broken');
    expect((await verify(directory)).records).toBe(day.alice - 1);
  });

  it('finds a changed event even if every hash after it was made anew', async () => {
    const directory = tampered((database) => {
      database.exec(`UPDATE journal SET events = replace(events, 'Alice', 'Alyce') WHERE sequence = ${day.alice}`);
      reseal(database);
    });
    const found = await findings(directory);
    expect(Object.keys(found)).toEqual(['replay', 'state', 'read-model', 'snapshots']);
    expect(found.replay).toMatch(new RegExp(`^Record ${day.alice}: its command leads to other events .*Alice.*Alyce`));
    expect(found['read-model']).toBe(
      `The row of accounts (account_id ${day.alice}) has name Alice, the journal says Alyce.`,
    );
  });

  it('finds a changed command, though the events were left as they were', async () => {
    const directory = tampered((database) => {
      database.exec(
        `UPDATE journal SET command = replace(command, '20000000', '30000000') WHERE sequence = ${day.resting}`,
      );
      reseal(database);
    });
    expect((await findings(directory)).replay).toMatch(new RegExp(`^Record ${day.resting}: `));
  });

  it('finds a balance after a record that was made larger, and the first number of an event that was', async () => {
    const tamper = `UPDATE journal SET balances = replace(balances, '"10000000000000"', '"90000000000000"')`;
    const directory = tampered((database) => {
      expect(database.prepare(`${tamper} WHERE balances LIKE '%10000000000000%'`).run().changes).toBe(1);
      reseal(database);
    });
    const found = await findings(directory);
    expect(found.replay).toMatch(/^Record \d+: its command leads to other balances than are written, .*90000000000000/);
    expect(found.state).toMatch(/^Record \d+: its events lead to other balances than are written/);
    await expect(SqliteJournal.open(directory).then((journal) => reopened(journal))).rejects.toThrow(
      /the events of record \d+ lead to other balances than it has/,
    );
    const counted = tampered((database) =>
      database.exec(`UPDATE account_records SET last_event = last_event + 1 WHERE account_id = ${day.bob}`),
    );
    expect((await findings(counted))['read-model']).toMatch(/The row of account_records .* has last_event/);
  });

  it('finds events that cannot have happened', async () => {
    const directory = tampered((database) => {
      database.exec(`UPDATE journal SET events = replace(events, '"orderId":${day.canceled}', '"orderId":999')
        WHERE sequence > ${day.canceled}`);
      reseal(database);
    });
    expect((await findings(directory)).state).toContain('an event names an order that is open');
  });

  it('names the account whose postings do not add up, and the transfer', async () => {
    const directory = tampered((database) =>
      database.exec(
        'UPDATE transfers SET amount = amount + 1 WHERE transfer_id = (SELECT min(transfer_id) FROM transfers)',
      ),
    );
    expect(await findings(directory)).toEqual({
      ledger: `The postings of acc-${day.alice} add up to 87981.99899801 USD, its balance is 87981.998998 USD.`,
      'read-model': expect.stringMatching(/The row of transfers \(transfer_id \d+\) has amount 10000000000001, /),
    });
  });

  it.each([
    ['changed', `UPDATE orders SET status = 'FILLED' WHERE status = 'CANCELED'`, /has status FILLED, .* says CANCELED/],
    ['lost', `DELETE FROM orders WHERE status = 'CANCELED'`, /The row of orders \(order_id \d+\) is missing/],
    [
      'invented',
      `INSERT INTO transfers VALUES (1, 'DEPOSIT', -1, 9, 'USD', 1, 9, NULL, 'FROZEN', 'no', 1)`,
      /does not follow/,
    ],
    [
      'added at the end',
      `INSERT INTO accounts VALUES (999, 'Eve', NULL, 'CUSTOMER', 'ACTIVE', NULL, 1)`,
      /999\) does not/,
    ],
    ['changed in a candle', `UPDATE candles SET high = high + 1 WHERE interval = '1d'`, /candles .* has high/],
  ])('names the row that was %s in the read model', async (_what, sql, finding) => {
    const found = await findings(tampered((database) => database.exec(sql)));
    expect(found).toEqual({ 'read-model': expect.stringMatching(finding) });
  });

  it('notices a tail that was cut off', async () => {
    const directory = tampered((database) =>
      database.exec('DELETE FROM journal WHERE sequence = (SELECT sequence FROM journal_head)'),
    );
    expect((await findings(directory))['hash-chain']).toMatch(/is missing/);
  });

  it('finds a snapshot that was damaged, and one whose state is not that of the journal', async () => {
    const damaged = tampered((_database, directory) =>
      editSnapshot(directory, (text) => text.replace('ACTIVE', 'CLOSED')),
    );
    expect((await findings(damaged)).snapshots).toMatch(/^Record \d+: the snapshot there cannot be used: its checksum/);
    const forged = tampered((_database, directory) =>
      editSnapshot(directory, (text) => {
        const snapshot = JSON.parse(text.slice(65));
        snapshot.state = snapshot.state.replace('"ACTIVE"', '"SUSPENDED"');
        snapshot.stateHash = hash('sha256', snapshot.state);
        const content = JSON.stringify(snapshot);
        return `${hash('sha256', content)}\n${content}`;
      }),
    );
    expect(await findings(forged)).toEqual({
      snapshots: expect.stringContaining('another state than the events lead to'),
    });
  });

  it('finds a running exchange that has another state than its journal', async () => {
    const { headSequence } = await verify(join(folder, 'sound'));
    const { checks } = await verify(join(folder, 'sound'), { sequence: headSequence, stateHash: 'f00' });
    expect(checks.filter(({ ok }) => !ok)).toEqual([
      { name: 'state', ok: false, detail: expect.stringContaining('but the running exchange has f00') },
    ]);
  });

  it('has nothing to say of a file that is no journal', async () => {
    writeFileSync(join(folder, 'journal.sqlite'), 'something else entirely, and long enough to be read as a header');
    await expect(verify(folder)).rejects.toThrow(`${join(folder, 'journal.sqlite')} cannot be read: `);
  });

  it.each([
    ['on disk', (directory: string) => SqliteJournal.open(directory)],
    ['in memory', async () => new MemoryJournal()],
  ])('verifies a running venue %s while it trades on', async (_store, openJournal) => {
    const directory = mkdtempSync(join(folder, 'running-'));
    const venue = opened(await openTradingVenue(await openJournal(directory)));
    await tradeADay(venue);
    const verifying = venue.verify();
    await tradeADay(venue);
    const { ok, checks, headSequence } = await verifying;
    expect(checks.filter((check) => !check.ok)).toEqual([]);
    expect([ok, headSequence > 10]).toEqual([true, true]);
    expect(checks.find(({ name }) => name === 'state')?.detail).toContain('and the running exchange has it');
  });

  it('can be called off', async () => {
    const venue = opened(await openTradingVenue(await SqliteJournal.open(mkdtempSync(join(folder, 'stopped-')))));
    const stop = new AbortController();
    const verifying = venue.verify(stop.signal);
    await venue.durable();
    stop.abort();
    await expect(verifying).rejects.toThrow();
  });
});

function rowsOf(path: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare(sql).all();
  database.close();
  return rows;
}

function editSnapshot(directory: string, edit: (text: string) => string): void {
  const [name] = readdirSync(join(directory, 'snapshots'));
  const path = join(directory, 'snapshots', name!);
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
}
