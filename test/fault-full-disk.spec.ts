import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { ExchangeDirectory, type Reply, type RunningExchange } from './faults/exchange-directory.fixture.js';

jest.setTimeout(120_000);

const isRequired = process.env.CI === 'true';
const canRun = process.platform === 'linux' && process.getuid?.() === 0;
const needs =
  'a full disk is not tested: it needs a small disk of its own, which root alone can mount, on Linux (sudo)';
if (!canRun && !isRequired) console.warn(needs);

(canRun || isRequired ? describe : describe.skip)('a full disk', () => {
  let disk: SmallDisk;
  let directory: ExchangeDirectory;

  beforeEach(() => {
    if (!canRun) throw new Error(needs);
    disk = new SmallDisk();
    directory = new ExchangeDirectory(join(disk.path, 'data'));
  });
  afterEach(async () => {
    await directory?.remove();
    disk?.unmount();
  });

  it('refuses commands, answers queries with what was committed, and takes commands again when there is room', async () => {
    const exchange = await directory.serve();
    const accountId = await exchange.openAccount();
    const resting = (await exchange.bid(accountId, 'resting')).body;
    disk.fill();
    const acknowledged = await buyUntilRefused(exchange, accountId);
    await assertRefusesCommandsAlone(exchange, accountId, resting.orderId);

    const last = acknowledged.at(-1)!;
    const repeat = await exchange.buy(accountId, last.clientOrderId);
    expect(repeat).toMatchObject({ status: 201, body: last });

    disk.makeRoom();
    await until(async () => (await exchange.send('GET', '/health/ready')).status === 200);
    const refusedBefore = await exchange.buy(accountId, `order-${acknowledged.length}`);
    expect(refusedBefore).toMatchObject({ status: 201, body: { status: 'FILLED' } });
    acknowledged.push(refusedBefore.body, ...(await exchange.buyMany(accountId, 20, 'with-room')));
    await exchange.server.kill();

    const restarted = await directory.serve();
    for (const order of acknowledged) {
      expect((await restarted.order(accountId, order.clientOrderId)).body).toEqual(order);
    }
    expect((await restarted.order(accountId, 'resting')).body).toEqual(resting);
    expect(await restarted.verification()).toMatchObject({ ok: true });
  });

  it('keeps neither a killed server from starting, nor a running one from stopping', async () => {
    const exchange = await directory.serve();
    const accountId = await exchange.openAccount();
    const acknowledged = await exchange.buyMany(accountId, 20, 'order');
    const resting = (await exchange.bid(accountId, 'resting')).body;
    await exchange.server.kill();
    disk.fill(0);

    const restarted = await directory.serve({ PRICE_SOURCE: 'simulated' });
    await assertRefusesCommandsAlone(restarted, accountId, resting.orderId);
    restarted.server.signal('SIGTERM');
    expect(await restarted.server.exited).toBe(0);

    disk.makeRoom();
    const withRoom = await directory.serve();
    for (const order of [...acknowledged, resting]) {
      expect((await withRoom.order(accountId, order.clientOrderId)).body).toEqual(order);
    }
    expect((await withRoom.buy(accountId, 'with-room')).status).toBe(201);
    expect(await withRoom.verification()).toMatchObject({ ok: true });
  });
});

/** Ten clients at once, so that whole batches are refused; what was acknowledged, by increasing key. */
async function buyUntilRefused(exchange: RunningExchange, accountId: string): Promise<Reply['body'][]> {
  const acknowledged: Reply['body'][] = [];
  let next = 0;
  let refused = false;
  const client = async () => {
    while (!refused) {
      const reply = await exchange.buy(accountId, `order-${next++}`);
      if (reply.status === 201) acknowledged.push(reply.body);
      else refused = isRefusal(reply);
    }
  };
  await Promise.all(Array.from({ length: 10 }, client));
  return acknowledged;
}

/** Orders, cancellations and movements of money are refused, and leave no trace in what queries show. */
async function assertRefusesCommandsAlone(
  exchange: RunningExchange,
  accountId: string,
  orderId: string,
): Promise<void> {
  const before = await seen(exchange, accountId);
  const refused = await Promise.all([
    ...Array.from({ length: 20 }, (_, n) => exchange.buy(accountId, `refused-${n}`)),
    exchange.bid(accountId, 'refused-bid'),
    exchange.deposit(accountId, 'USD', '1000', 'refused-deposit'),
    exchange.send('DELETE', `/api/v1/orders/${orderId}`),
    exchange.send('POST', '/api/v1/accounts', { name: 'refused' }),
  ]);
  expect(refused.filter((reply) => !isRefusal(reply))).toEqual([]);
  expect(await exchange.send('GET', '/health/ready')).toMatchObject({ status: 503, body: { status: 'JOURNAL_FULL' } });
  expect(await exchange.send('GET', '/health/live')).toMatchObject({ status: 200 });
  expect(await seen(exchange, accountId)).toEqual(before);
  expect((await exchange.order(accountId, 'refused-0')).status).toBe(404);
  expect(await exchange.verification()).toMatchObject({ ok: true });
}

async function seen(exchange: RunningExchange, accountId: string): Promise<unknown> {
  return {
    balances: await exchange.balances(accountId),
    orders: await exchange.get(`/api/v1/orders?accountId=${accountId}&limit=500`),
    ledger: await exchange.get(`/api/v1/accounts/${accountId}/ledger?limit=500`),
    sequence: await exchange.sequence(),
  };
}

function isRefusal({ status, headers, body }: Reply): boolean {
  return status === 503 && body.code === 'JOURNAL_FULL' && Number(headers.get('retry-after')) > 0;
}

async function until(condition: () => Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`it was never so: ${condition}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** A disk of a few megabytes, in memory, that can be filled up. */
class SmallDisk {
  readonly path = mkdtempSync(join(tmpdir(), 'small-disk-'));
  private readonly ballast = join(this.path, 'ballast');

  constructor() {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', this.path]);
  }

  /** Leaves a little room, so that some commands are still taken. */
  fill(leaveBytes = 256 * 1024): void {
    const { bavail, bsize } = statfsSync(this.path);
    const file = openSync(this.ballast, 'a');
    writeSync(file, Buffer.alloc(bavail * bsize - leaveBytes));
    closeSync(file);
  }

  makeRoom(): void {
    rmSync(this.ballast);
  }

  unmount(): void {
    execFileSync('umount', [this.path]);
    rmdirSync(this.path);
  }
}
