import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalDamaged } from '../journal.js';
import { encodeRecord } from '../record-codec.js';
import { Scenario } from '../scenario.fixture.js';
import { Database } from './database.js';
import { Store } from './store.js';
import { stretchesOf, threadsFor, verifyStretches } from './threaded-chain.js';

it.each([
  ['none of its own, where it is short', 150_000, 8, 1],
  ['none of its own, where there is one processor', 1_000_000, 1, 1],
  ['as many as there are processors', 1_000_000, 2, 2],
  ['four at most', 1_000_000, 64, 4],
  ['no more than have enough to do', 310_000, 8, 3],
])('a chain is checked by threads: %s', (_what, records, processors, threads) => {
  expect(threadsFor(records, processors)).toBe(threads);
});

it.each([
  [0, 100, [0, 100]],
  [0, 101, [0, 51, 101]],
  [100, 410, [100, 178, 255, 333, 410]],
])(
  'what comes after record %i, up to %i, is cut into stretches of about the same length',
  (after, through, borders) => {
    const stretches = borders.slice(1).map((throughSequence, at) => ({ afterSequence: borders[at], throughSequence }));
    expect(stretchesOf(after, through, 100)).toEqual(stretches);
  },
);

describe('a chain that is checked in stretches', () => {
  const stretches = stretchesOf(0, 300, 100);
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'chain-'));
    path = join(directory, 'journal.sqlite');
    const store = Store.open(path);
    const scenario = new Scenario().configure();
    const account = scenario.openAccount('Änne 🦊');
    while (scenario.lastSequence < 300) scenario.deposit(account, 'USD', 5n);
    store.append(scenario.take().map(encodeRecord));
    store.close();
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  function change(sql: string): void {
    const store = Store.open(path);
    store.database.connection.exec(sql);
    store.close();
  }

  async function damagedSequence(): Promise<number> {
    const failure = await verifyStretches(path, stretches, 2).then(
      () => undefined,
      (error) => error,
    );
    expect(failure).toBeInstanceOf(JournalDamaged);
    return (failure as JournalDamaged).sequence;
  }

  it('is whole, and tells how far it is', async () => {
    const reached: number[] = [];
    const head = await verifyStretches(path, stretches, 2, (sequence) => reached.push(sequence));
    expect(head.sequence).toBe(300);
    expect(reached).toEqual([100, 200, 300]);
  });

  it.each([100, 101, 150, 200, 201])('is not, where record %i is another', async (sequence) => {
    change(`UPDATE journal SET command = replace(command, '5', '6') WHERE sequence = ${sequence}`);
    expect(await damagedSequence()).toBe(sequence);
  });

  it('is not, where a text beyond ASCII is another', async () => {
    change(`UPDATE journal SET events = replace(events, '🦊', '🐶') WHERE sequence = 2`);
    expect(await damagedSequence()).toBe(2);
  });

  it.each([
    ['a blob of the same bytes', 'command', 'CAST(command AS BLOB)'],
    ['an empty blob', 'reject', "x''"],
    ['nothing', 'reject', 'NULL'],
    ['a time as a text', 'time', 'CAST(time AS TEXT)'],
    ['a hash as a blob', 'hash', 'CAST(hash AS BLOB)'],
  ])('is not, where a value is another by its type alone: %s', async (_what, column, value) => {
    withoutTypes();
    change(`UPDATE journal SET ${column} = ${value} WHERE sequence = 150`);
    expect(await damagedSequence()).toBe(150);
  });

  it('is not, where a hash was put right and the next record does not follow it', async () => {
    change(`UPDATE journal SET hash = (SELECT hash FROM journal WHERE sequence = 7) WHERE sequence = 100`);
    expect(await damagedSequence()).toBe(100);
  });

  it('is not, where a record is missing: the first is named', async () => {
    change('DELETE FROM journal WHERE sequence IN (150, 250)');
    expect(await damagedSequence()).toBe(150);
  });

  it.each([120, 250])(
    'is not, where the page of record %i is malformed: the first that cannot be read is named',
    async (sequence) => {
      spoilPageOf(sequence);
      const [last] = readableSequences().slice(-1);
      expect(await damagedSequence()).toBe(last! + 1);
      expect(sequence - last!).toBeLessThan(10);
    },
  );

  /** Has the table take what only a damaged file can hold. */
  function withoutTypes(): void {
    const columns =
      '(sequence INTEGER PRIMARY KEY, time, type, origin, command, reject, events, balances, previous_hash, hash)';
    change(`CREATE TABLE loose ${columns}; INSERT INTO loose SELECT * FROM journal; DROP TABLE journal;
      ALTER TABLE loose RENAME TO journal`);
  }

  /** Makes the page of the file that holds a record no page of a table any more. */
  function spoilPageOf(sequence: number): void {
    const database = new Database(path, { readOnly: true, cacheKib: 64 });
    const [{ hash }] = database.statement('SELECT hash FROM journal WHERE sequence = ?').all(sequence) as [
      { hash: string },
    ];
    const pageBytes = Number(database.pragma('page_size'));
    database.close();
    const content = readFileSync(path);
    content[content.indexOf(hash) - (content.indexOf(hash) % pageBytes)] = 0xff;
    writeFileSync(path, content);
  }

  function readableSequences(): number[] {
    const database = new Database(path, { readOnly: true, cacheKib: 64 });
    const sequences: number[] = [];
    try {
      for (const row of database.statement('SELECT sequence FROM journal').iterate())
        sequences.push(Number(row.sequence));
    } catch {
      // That is what was asked for: where it ends.
    } finally {
      database.close();
    }
    return sequences;
  }
});
