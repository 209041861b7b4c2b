import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { ExchangeDirectory, type Reply } from './faults/exchange-directory.fixture.js';

jest.setTimeout(120_000);

let directory: ExchangeDirectory;
beforeEach(() => {
  directory = new ExchangeDirectory();
});
afterEach(() => directory.remove());

describe('a flipped bit in an old record of the journal', () => {
  const sha256Length = 64;

  /** Where the record of the marked deposit lies in the file: its command, its events, then two hashes. */
  async function markedDeposit(): Promise<{
    sequence: number;
    path: string;
    file: Buffer;
    command: number;
    events: number;
  }> {
    const exchange = await directory.serve();
    const accountId = await exchange.openAccount();
    const { transferId } = (await exchange.deposit(accountId, 'USD', '77', 'marked-deposit')).body;
    await exchange.buyMany(accountId, 60, 'later');
    exchange.server.signal('SIGTERM');
    expect(await exchange.server.exited).toBe(0);
    const path = join(directory.path, 'journal.sqlite');
    const file = readFileSync(path);
    const command = file.indexOf('{"type":"Deposit"', file.indexOf('marked-deposit') - 200);
    const events = file.indexOf('[{"type":"FundsMoved"', command);
    expect(file.subarray(command, events).toString()).toContain('marked-deposit');
    return { sequence: Number(transferId.slice(4)), path, file, command, events };
  }

  it('stops the start, wherever it is, and the message names the record', async () => {
    const { sequence, path, file, command, events } = await markedDeposit();
    const hash = file.indexOf(']', events) + 1 + sha256Length;
    const places = [
      command + '{"type":"D'.length,
      file.indexOf('7700000000', events),
      hash + 10,
      hash - sha256Length + 10,
    ];
    for (const place of places) {
      const damaged = Buffer.from(file);
      damaged[place]! ^= 1;
      writeFileSync(path, damaged);
      const server = directory.launch();
      expect(await server.exited).toBe(1);
      expect(server.output).toMatch(new RegExp(`did not start: record ${sequence} of the journal `));
      expect(server.output).not.toMatch(/\n\s+at /);
      expect(readFileSync(path).equals(damaged)).toBe(true);
    }
    writeFileSync(path, file);
    await directory.serve();
  });
});

describe('a log that was cut off', () => {
  const frameBytes = 24 + 4096;

  it('gives a valid beginning of what was acknowledged', async () => {
    const exchange = await directory.serve();
    const accountId = await exchange.openAccount();
    const orders: Reply['body'][] = [];
    for (let n = 0; n < 40; n += 1) orders.push((await exchange.buy(accountId, `order-${n}`)).body);
    await exchange.server.kill();
    const logBytes = statSync(join(directory.path, 'journal.sqlite-wal')).size;
    for (const cutBytes of [1, frameBytes + 100, 20 * frameBytes + 4000, 150 * frameBytes]) {
      expect(cutBytes).toBeLessThan(logBytes);
      const copy = new ExchangeDirectory(`${directory.path}-cut`);
      try {
        cpSync(directory.path, copy.path, { recursive: true });
        rmSync(join(copy.path, 'journal.sqlite-shm'), { force: true });
        truncateSync(join(copy.path, 'journal.sqlite-wal'), logBytes - cutBytes);
        const restarted = await copy.serve();
        const found = await Promise.all(orders.map((_, n) => restarted.order(accountId, `order-${n}`)));
        const there = found.filter(({ status }) => status === 200).map(({ body }) => body);
        const sequence = await restarted.sequence();
        expect(there).toEqual(orders.filter(({ orderId }) => Number(orderId.slice(4)) <= sequence));
        expect(there.length).toBeLessThan(orders.length);
        expect(await restarted.verification()).toMatchObject({ ok: true });
      } finally {
        await copy.remove();
      }
    }
  });
});

describe('a damaged snapshot', () => {
  const newestOf = (folder: string) => join(folder, readdirSync(folder).sort().at(-1)!);

  it('is passed over with a warning, and the older one leads to the same state', async () => {
    const exchange = await directory.serve({ SNAPSHOT_EVERY: '100' });
    const accountId = await exchange.openAccount();
    for (let n = 0; n < 5; n += 1) await exchange.bid(accountId, `bid-${n}`);
    await exchange.buyMany(accountId, 250, 'order');
    const { stateHash } = await exchange.get('/audit/v1/state');
    const balances = await exchange.balances(accountId);
    exchange.server.signal('SIGTERM');
    expect(await exchange.server.exited).toBe(0);

    const folder = join(directory.path, 'snapshots');
    expect(readdirSync(folder)).toHaveLength(2);
    const newest = newestOf(folder);
    const content = readFileSync(newest);
    content[content.length >> 1]! ^= 1;
    writeFileSync(newest, content);

    const restarted = await directory.serve();
    const sequence = Number(/snapshot-0*(\d+)\.json$/.exec(newest)![1]);
    expect(restarted.server.output).toContain(`snapshot at ${sequence} is passed over: its checksum does not fit`);
    expect(await restarted.get('/audit/v1/state')).toMatchObject({ stateHash });
    expect(await restarted.balances(accountId)).toEqual(balances);
    const { checks } = await restarted.verification();
    expect(checks.filter(({ ok }: { ok: boolean }) => !ok)).toMatchObject([{ name: 'snapshots' }]);
  });
});

describe('a second process on the directory', () => {
  it('is refused with the process id of the first, and the first goes on', async () => {
    const first = await directory.serve();
    const accountId = await first.openAccount();
    const second = directory.launch();
    expect(await second.exited).toBe(1);
    expect(second.output).toContain(`${directory.path} is in use by process ${first.server.pid}`);
    expect(second.output).not.toMatch(/\n\s+at /);
    expect((await first.buy(accountId, 'order-1')).status).toBe(201);
    await first.server.kill();
    const third = await directory.serve();
    expect((await third.order(accountId, 'order-1')).body.status).toBe('FILLED');
  });
});
