import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { AccountReader, CancelOnDisconnect } from './account-reader.fixture.js';
import { GrpcAccountReader } from './account-reader-grpc.fixture.js';
import { WebSocketAccountReader } from './account-reader-websocket.fixture.js';
import { eventually } from './eventually.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { adminToken, GuardedExchange, must } from './guarded-exchange.fixture.js';
import { RestDriver } from './rest-driver.fixture.js';
import { ServerProcess } from './server.fixture.js';

jest.setTimeout(60_000);

const transports = {
  WEBSOCKET: ({ http }: Addresses, accountId: string, wanted?: CancelOnDisconnect, token?: string) =>
    WebSocketAccountReader.open(http, accountId, wanted, token),
  GRPC: ({ grpc }: Addresses, accountId: string, wanted?: CancelOnDisconnect, token?: string) =>
    GrpcAccountReader.open(grpc, accountId, wanted, token),
} as const;

interface Addresses {
  readonly http: string;
  readonly grpc: string;
}

describe.each(Object.keys(transports) as (keyof typeof transports)[])('cancel on disconnect over %s', (transport) => {
  let dataDirectory: string;
  let server: ServerProcess;
  let addresses: Addresses;
  let rest: RestDriver;
  let alice: string;
  let bob: string;
  const readers: AccountReader[] = [];

  beforeAll(async () => {
    dataDirectory = mkdtempSync(join(tmpdir(), 'cancel-on-disconnect-'));
    await start();
    bob = await account('Bob');
  });

  /** An account of its own for each case. */
  beforeEach(async () => {
    alice = await account('Alice');
  });

  afterEach(async () => {
    await Promise.all(readers.splice(0).map((reader) => reader.lose()));
  });

  afterAll(async () => {
    await server.kill();
    rmSync(dataDirectory, { recursive: true });
  });

  async function start(): Promise<void> {
    const environment = { STORE: 'disk', DATA_DIR: dataDirectory, PRICE_SOURCE: 'fixed', LOG_LEVEL: 'info' };
    server = new ServerProcess({ ...environment, CANCEL_ON_DISCONNECT_GRACE_MAX_MS: '30000' });
    addresses = await server.ready();
    rest = new RestDriver(addresses.http);
  }

  async function killAndRestart(): Promise<void> {
    await server.kill();
    await start();
  }

  async function account(name: string): Promise<string> {
    const { accountId } = await must(rest, 'CreateAccount', { name });
    await must(rest, 'Deposit', { accountId, asset: 'USD', amount: '10000' });
    return accountId;
  }

  async function order(accountId: string): Promise<string> {
    const terms = { symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT', price: '58000', quantity: '0.01' };
    return (await must(rest, 'PlaceOrder', { ...terms, accountId })).orderId;
  }

  async function read(accountId: string, wanted?: CancelOnDisconnect): Promise<AccountReader> {
    const reader = await transports[transport](addresses, accountId, wanted);
    readers.push(reader);
    return reader;
  }

  const statusOf = async (orderId: string) => (await must(rest, 'GetOrder', { orderId })).status;
  const canceled = (orderId: string) =>
    eventually(async () => expect(await statusOf(orderId)).toBe('CANCELED'), 20_000);

  async function records(): Promise<Answer[]> {
    const answer = await fetch(`${addresses.http}/audit/v1/events?accountId=${alice}&limit=500`);
    return ((await answer.json()) as Answer).items;
  }

  /** When the exchange canceled the account's orders itself, by its own clock. */
  async function canceledAt(): Promise<number> {
    const record = (await records()).find(({ command }) => command.cause === 'CANCEL_ON_DISCONNECT');
    return Date.parse(record!.time);
  }

  it('cancels at once without a grace, what is that account’s alone', async () => {
    const reader = await read(alice, { graceMs: 0 });
    const [mine, other] = [await order(alice), await order(bob)];
    await pause(300);
    expect(await statusOf(mine)).toBe('NEW');
    await reader.lose();
    await canceled(mine);
    expect(await statusOf(other)).toBe('NEW');
  });

  it('cancels when the grace is over, and not before', async () => {
    const reader = await read(alice, { graceMs: 1_500 });
    const mine = await order(alice);
    const lostAt = Date.now();
    await reader.lose();
    await pause(300);
    expect(await statusOf(mine)).toBe('NEW');
    await canceled(mine);
    expect((await canceledAt()) - lostAt).toBeGreaterThanOrEqual(1_495);
  });

  it('leaves the orders of a reader who comes back within the grace, however often', async () => {
    const mine = await order(alice);
    let reader = await read(alice, { graceMs: 1_500 });
    for (let times = 0; times < 3; times += 1) {
      await reader.lose();
      await pause(400);
      reader = await read(alice, { graceMs: 1_500 });
    }
    await pause(1_800);
    expect(await statusOf(mine)).toBe('NEW');
    await reader.lose();
    await canceled(mine);
    const arms = (await records()).filter(({ command }) => command.type === 'ArmCancelOnDisconnect');
    expect(arms).toHaveLength(1);
  });

  it('waits for the last of several connections', async () => {
    const [first, second] = [await read(alice, { graceMs: 0 }), await read(alice, { graceMs: 0 })];
    const mine = await order(alice);
    await first.lose();
    await pause(500);
    expect(await statusOf(mine)).toBe('NEW');
    await second.lose();
    await canceled(mine);
  });

  it('cancels in one market alone, if that was asked for', async () => {
    const reader = await read(alice, { graceMs: 0, symbol: 'ETH-USD' });
    const [here, there] = [
      await must(rest, 'PlaceOrder', {
        ...{ accountId: alice, symbol: 'ETH-USD', side: 'BUY', type: 'LIMIT', price: '2900', quantity: '0.1' },
      }),
      await order(alice),
    ];
    await reader.lose();
    await canceled(here.orderId);
    expect(await statusOf(there)).toBe('NEW');
  });

  it('cancels after a crash of the exchange, when the grace has run from the start', async () => {
    await read(alice, { graceMs: 1_500 });
    const mine = await order(alice);
    await server.kill();
    await pause(2_000);
    const startedAt = Date.now();
    await start();
    expect(await statusOf(mine)).toBe('NEW');
    await canceled(mine);
    expect((await canceledAt()) - startedAt).toBeGreaterThanOrEqual(1_500);
  });

  it('leaves the orders of a reader who comes back after a crash of the exchange', async () => {
    await read(alice, { graceMs: 3_000 });
    const mine = await order(alice);
    await killAndRestart();
    const reader = await read(alice, { graceMs: 3_000 });
    await pause(3_500);
    expect(await statusOf(mine)).toBe('NEW');
    await reader.lose();
    await canceled(mine);
  });

  it('cancels after an orderly restart as well, and without a grace at once', async () => {
    await read(alice, { graceMs: 0 });
    const mine = await order(alice);
    server.signal('SIGTERM');
    expect(await server.exited).toBe(0);
    await start();
    await canceled(mine);
  });

  it('is seen in the journal, in the audit trail and by other readers as what it is', async () => {
    const watcher = await read(alice);
    const reader = await read(alice, { graceMs: 0 });
    const mine = await order(alice);
    await reader.lose();
    await canceled(mine);
    await eventually(() =>
      expect(watcher.events.find(({ eventType }) => eventType === 'ORDER_CANCELED')).toMatchObject({
        ...{ accountId: alice, reason: 'CANCEL_ON_DISCONNECT', order: { orderId: mine, status: 'CANCELED' } },
      }),
    );
    const [armed, ended] = (await records()).filter(({ command }) => /Arm|CancelOrders/.test(command.type));
    expect(armed).toMatchObject({
      origin: { transport },
      command: { type: 'ArmCancelOnDisconnect', accountId: alice, graceMs: 0 },
      events: [{ type: 'CancelOnDisconnectArmed', accountId: alice, graceMs: 0 }],
    });
    expect(ended).toMatchObject({
      origin: { transport: 'SYSTEM' },
      command: { type: 'CancelOrders', accountId: alice, cause: 'CANCEL_ON_DISCONNECT' },
      events: [
        { type: 'OrderCanceled', orderId: mine, accountId: alice, reason: 'CANCEL_ON_DISCONNECT' },
        { type: 'CancelOnDisconnectDisarmed', accountId: alice },
      ],
      balances: [{ accountId: alice, asset: 'USD', available: '10000', held: '0' }],
    });
    const trail = await (await fetch(`${addresses.http}/api/v1/accounts/${alice}/audit`)).json();
    expect((trail as Answer).items.map(({ description }: Answer) => description)).toEqual(
      expect.arrayContaining([
        'Cancel on disconnect was armed: every open order of the account is canceled when the connection has been lost for 0 ms.',
        `Order ${mine} was canceled with every open order of the account, because the connection was lost (cancel on disconnect).`,
        'Cancel on disconnect was disarmed, since it has happened.',
      ]),
    );
  });

  it('is refused for a grace that is too long and for a market that is not there, and leaves nothing behind', async () => {
    await expect(read(alice, { graceMs: 30_001 })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(read(alice, { graceMs: -1 })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(read(alice, { graceMs: 0, symbol: 'XRP-USD' })).rejects.toMatchObject({ code: 'MARKET_NOT_FOUND' });
    expect((await records()).some(({ command }) => command.type === 'ArmCancelOnDisconnect')).toBe(false);
  });

  it('knows that a reader is gone who left while asking', async () => {
    const leave = transport === 'GRPC' ? GrpcAccountReader.leaveHalfway : WebSocketAccountReader.leaveHalfway;
    const address = transport === 'GRPC' ? addresses.grpc : addresses.http;
    // From before the exchange has read what is asked to after it has answered, however long that takes.
    for (let [afterMs, answered] = [0, false]; afterMs < 20 || !answered; afterMs += 1) {
      answered = await leave(address, alice, { graceMs: 0 }, afterMs);
    }
    await eventually(async () => {
      const types = (await records()).flatMap(({ events }) => events.map(({ type }: Answer) => type));
      const count = (of: string) => types.filter((type) => type === of).length;
      expect(count('CancelOnDisconnectArmed')).toBeGreaterThan(0);
      expect(count('CancelOnDisconnectDisarmed')).toBe(count('CancelOnDisconnectArmed'));
    });
  });

  it('leaves a journal that is sound', async () => {
    const report = (await (await fetch(`${addresses.http}/audit/v1/verify`)).json()) as Answer;
    expect(report.checks.filter(({ ok }: Answer) => !ok)).toEqual([]);
  });

  if (transport === 'WEBSOCKET') {
    it('cancels nothing of a reader who unsubscribes first', async () => {
      const reader = await read(alice, { graceMs: 0 });
      const mine = await order(alice);
      await (reader as WebSocketAccountReader).unsubscribe();
      await reader.lose();
      await killAndRestart();
      await pause(500);
      expect(await statusOf(mine)).toBe('NEW');
      expect((await records()).at(-1)!.events).toMatchObject([{ type: 'CancelOnDisconnectDisarmed' }]);
    });
  }
});

describe('who may ask for cancel on disconnect', () => {
  let exchange: GuardedExchange;

  beforeAll(async () => {
    exchange = await (await GuardedExchange.start()).prepare();
  });

  afterAll(() => GuardedExchange.killAll());

  describe.each(Object.entries(transports))('over %s', (transport, open) => {
    const read = (key: string, wanted?: CancelOnDisconnect) =>
      open(exchange.addresses, exchange.alice, wanted, exchange.key(key));

    it('is whose key may trade, for the account of the key', async () => {
      await (await read('reads')).lose();
      await expect(read('reads', { graceMs: 0 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(read('trades', { graceMs: 0 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(read('bob', { graceMs: 0 })).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
    });

    it('counts a reader as gone whose key is revoked', async () => {
      const admin = exchange.rest(adminToken);
      const name = `revoked over ${transport}`;
      await exchange.issue(name, exchange.alice, 'read', 'trade');
      const terms = { symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT', price: '58000', quantity: '0.01' };
      const { orderId } = await must(admin, 'PlaceOrder', { ...terms, accountId: exchange.alice });
      const reader = await read(name, { graceMs: 0 });
      await must(admin, 'RevokeApiKey', { accountId: exchange.alice, keyId: exchange.keys[name]!.keyId });
      await eventually(async () =>
        expect(await must(admin, 'GetOrder', { orderId })).toMatchObject({ status: 'CANCELED' }),
      );
      await reader.lose();
    });
  });
});
