import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from './eventually.fixture.js';
import { describeWithRedis, RedisServer } from './redis.fixture.js';
import { ServerProcess } from './server.fixture.js';

const heartbeatMs = 1_000;
const tradersCount = 4;
const phaseMs = 2_500;

interface Services {
  readonly registry: { readonly connected: boolean; readonly registered: boolean; readonly lastRefreshAgeMs: number };
  readonly items: readonly { readonly serviceName: string; readonly own: boolean }[];
}

/** Sends one order after the other, until it is told to stop. */
class Trader {
  orders = 0;
  readonly failures: string[] = [];
  slowestMs = 0;
  private stopped = false;
  private readonly done: Promise<void>;

  constructor(
    private readonly http: string,
    private readonly accountId: string,
  ) {
    this.done = this.trade();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  private async trade(): Promise<void> {
    const order = { accountId: this.accountId, symbol: 'BTC-USD', type: 'MARKET', quantity: '0.001' };
    while (!this.stopped) {
      const side = this.orders % 2 === 0 ? 'BUY' : 'SELL';
      const start = performance.now();
      const outcome = await post(this.http, '/api/v1/orders', { ...order, side }).catch((error: Error) => error);
      this.slowestMs = Math.max(this.slowestMs, performance.now() - start);
      this.orders += 1;
      if (outcome instanceof Error) this.failures.push(outcome.message);
      else if (outcome.status !== 'FILLED') this.failures.push(JSON.stringify(outcome));
      await pause(5);
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers are of many shapes.
async function post(http: string, path: string, body: object): Promise<any> {
  const response = await fetch(http + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

describeWithRedis('trading while Redis is away', () => {
  let redis: RedisServer;
  let server: ServerProcess;
  let http: string;
  let key: string;
  let traders: Trader[];

  beforeAll(async () => {
    redis = await RedisServer.start();
    server = new ServerProcess({
      ...{ REDIS_URL: redis.url, REGISTRY_HEARTBEAT_MS: String(heartbeatMs), REGISTRY_TTL_MS: String(3 * heartbeatMs) },
      ...{ STORE: 'memory', LOG_LEVEL: 'warn' },
    });
    const addresses = await server.ready();
    http = addresses.http;
    key = `services:exchange-simulator:${addresses.grpc}`;
  }, 30_000);

  afterAll(async () => {
    await server.kill();
    await redis.close();
  });

  beforeEach(async () => {
    await eventually(async () => expect(await redis.client.get(key)).not.toBeNull());
    const accounts = Array.from({ length: tradersCount }, async () => {
      const { accountId } = await post(http, '/api/v1/accounts', { name: 'Trader' });
      await post(http, `/api/v1/accounts/${accountId}/deposits`, { asset: 'USD', amount: '1000000' });
      return accountId as string;
    });
    traders = (await Promise.all(accounts)).map((accountId) => new Trader(http, accountId));
    await pause(500);
  });

  afterEach(async () => {
    await Promise.all(traders.map((trader) => trader.stop()));
  });

  async function services(): Promise<Services> {
    return (await fetch(`${http}/api/v1/services`)).json() as Promise<Services>;
  }

  async function redisHealth(): Promise<unknown> {
    const health = (await (await fetch(`${http}/health`)).json()) as { details: { redis: { status: string } } };
    return health.details.redis.status;
  }

  /** What every outage must leave as it was. */
  async function expectUnhurt(): Promise<void> {
    expect((await fetch(`${http}/health/ready`)).status).toBe(200);
    expect((await fetch(`${http}/health/live`)).status).toBe(200);
    await Promise.all(traders.map((trader) => trader.stop()));
    expect(traders.flatMap(({ failures }) => failures)).toEqual([]);
    for (const { orders, slowestMs } of traders) {
      expect(orders).toBeGreaterThan(20);
      // An order that waited for Redis would last as long as the outage.
      expect(slowestMs).toBeLessThan(phaseMs);
    }
  }

  /** The entry is there, with a lifetime ahead of it, within a heartbeat from now. */
  async function expectEntryWithinHeartbeat(): Promise<void> {
    await eventually(async () => expect(await redis.client.pttl(key)).toBeGreaterThan(heartbeatMs), heartbeatMs);
  }

  it('goes on when Redis is stopped, and the entry is back within a heartbeat after Redis is', async () => {
    await redis.stop();
    await eventually(async () => expect(await redisHealth()).toBe('degraded'));
    await pause(phaseMs);
    const { registry, items } = await services();
    expect(registry).toMatchObject({ connected: false, registered: false });
    expect(registry.lastRefreshAgeMs).toBeGreaterThan(phaseMs);
    expect(items).toMatchObject([{ serviceName: 'exchange-simulator', own: true }]);
    await redis.start();
    await expectEntryWithinHeartbeat();
    await eventually(async () => expect(await redisHealth()).toBe('up'));
    await expectUnhurt();
  }, 30_000);

  it('goes on when Redis is paused', async () => {
    redis.freeze();
    await eventually(async () => expect(await redisHealth()).toBe('degraded'));
    await pause(phaseMs);
    redis.thaw();
    await expectEntryWithinHeartbeat();
    await eventually(async () => expect(await redisHealth()).toBe('up'));
    await expectUnhurt();
  }, 30_000);

  it('goes on when Redis is flushed', async () => {
    for (let round = 0; round < 3; round += 1) {
      await redis.flush();
      await expectEntryWithinHeartbeat();
      await pause(heartbeatMs / 2);
    }
    await expectUnhurt();
  }, 30_000);

  it('stops in time while Redis is paused, and leaves no entry behind when it is not', async () => {
    await Promise.all(traders.map((trader) => trader.stop()));
    server.signal('SIGTERM');
    expect(await server.exited).toBe(0);
    expect(await redis.client.get(key)).toBeNull();
    redis.freeze();
    server = new ServerProcess({ REDIS_URL: redis.url });
    await server.ready();
    server.signal('SIGTERM');
    // A stop that is forced in the end, after SHUTDOWN_TIMEOUT_MS, exits with 1.
    expect(await server.exited).toBe(0);
    redis.thaw();
  }, 30_000);
});
