import { eventually } from '../../test/eventually.fixture.js';
import { describeWithRedis, RedisServer } from '../../test/redis.fixture.js';
import { RedisRegistry } from './redis-registry.js';
import { described, quietLog } from './registry.fixture.js';
import { grpcAddress, type OwnStatus } from './registry.js';
import { keyOf, writeEntry } from './registry-entry.js';

const heartbeatMs = 400;
const ttlMs = 3 * heartbeatMs;
const self = described('exchange-simulator', 7002);
const custodian = described('custodian-simulator', 7001);

describeWithRedis('RedisRegistry', () => {
  let redis: RedisServer;
  let registry: RedisRegistry;
  let status: OwnStatus;
  const log = quietLog();

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterAll(async () => {
    await redis.close();
  });

  beforeEach(async () => {
    await redis.flush();
    log.lines.length = 0;
    status = 'healthy';
    registry = await RedisRegistry.open({ url: redis.url, ttlMs, heartbeatMs, log });
  });

  afterEach(async () => {
    await registry.close();
  });

  const callable = () => registry.instancesOf('custodian-simulator').map(grpcAddress);
  const ownEntry = async () => JSON.parse((await redis.client.get(keyOf(self))) ?? 'null');

  /** Puts an entry of a custodian that spoke some time ago, as another program would. */
  async function put(grpcPort: number, agoMs: number, options: { status?: string; px?: number } = {}): Promise<void> {
    const instance = described('custodian-simulator', grpcPort);
    const text = writeEntry(instance, options.status ?? 'healthy', Date.now() - agoMs);
    await redis.client.set(keyOf(instance), text, 'PX', options.px ?? 60_000);
  }

  describe('its own entry', () => {
    it('has the key, the fields and the lifetime of the layout, to the letter', async () => {
      const startedAt = performance.now();
      await registry.announce(self, () => status);
      const key = 'services:exchange-simulator:127.0.0.1:7002';
      expect(await redis.client.keys('*')).toEqual([key]);
      const { last_seen, ...fields } = JSON.parse((await redis.client.get(key))!);
      expect(fields).toEqual({
        service_name: 'exchange-simulator',
        instance_name: 'exchange-simulator-7002',
        host: '127.0.0.1',
        grpc_port: 7002,
        http_port: 8080,
        version: '1.2.3',
        environment: 'test',
        status: 'healthy',
        metadata: { zone: 'a' },
      });
      expect(last_seen).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      const lifetimeMs = await redis.client.pttl(key);
      const roundingMs = 5;
      expect(lifetimeMs).toBeGreaterThan(ttlMs - (performance.now() - startedAt) - roundingMs);
      expect(lifetimeMs).toBeLessThanOrEqual(ttlMs);
    });

    it('is renewed with every heartbeat, and outlives its first lifetime', async () => {
      await registry.announce(self, () => status);
      const first = (await ownEntry()).last_seen;
      await eventually(async () => expect((await ownEntry()).last_seen > first).toBe(true));
      await new Promise((wake) => setTimeout(wake, ttlMs + heartbeatMs));
      expect(await ownEntry()).not.toBeNull();
      expect(registry.status().heartbeats).toBeGreaterThanOrEqual(4);
    });

    it('follows readiness', async () => {
      await registry.announce(self, () => status);
      status = 'unhealthy';
      await eventually(async () => expect((await ownEntry()).status).toBe('unhealthy'), heartbeatMs);
    });

    it('is gone when it was withdrawn, and no heartbeat brings it back', async () => {
      await registry.announce(self, () => status);
      await registry.withdraw();
      expect(await ownEntry()).toBeNull();
      await new Promise((wake) => setTimeout(wake, 2 * heartbeatMs));
      expect(await ownEntry()).toBeNull();
    });

    it('is back within a heartbeat after Redis was flushed', async () => {
      await registry.announce(self, () => status);
      await redis.flush();
      await eventually(async () => expect(await ownEntry()).not.toBeNull(), heartbeatMs);
    });
  });

  describe('the others', () => {
    it('appear and leave within a heartbeat', async () => {
      await put(7001, 0);
      await eventually(() => expect(callable()).toEqual(['127.0.0.1:7001']), heartbeatMs);
      await redis.client.del(keyOf(custodian));
      await eventually(() => expect(callable()).toEqual([]), heartbeatMs);
    });

    it('are shown without waiting to who asks for a fresh look', async () => {
      await put(7001, 0);
      await registry.refresh();
      expect(callable()).toEqual(['127.0.0.1:7001']);
    });

    it('are suspect once they missed a heartbeat, and then called only if there is nobody else', async () => {
      await put(7001, 2 * heartbeatMs);
      await registry.refresh();
      expect(registry.all()).toMatchObject([{ suspect: true, own: false }]);
      expect(callable()).toEqual(['127.0.0.1:7001']);
      await put(7003, 0);
      await eventually(() => expect(callable()).toEqual(['127.0.0.1:7003']));
    });

    it('are suspect when a caller found them dead, until they speak again', async () => {
      await put(7001, 0);
      await put(7003, 0);
      await registry.refresh();
      registry.suspect({ ...custodian, status });
      expect(callable()).toEqual(['127.0.0.1:7003']);
      await new Promise((wake) => setTimeout(wake, heartbeatMs / 2));
      expect(callable()).toEqual(['127.0.0.1:7003']);
      await put(7001, 0);
      await eventually(() => expect(callable()).toHaveLength(2));
    });

    it('are not called while they say that they cannot be', async () => {
      await put(7001, 0, { status: 'unhealthy' });
      await put(7003, 0, { status: 'a word of its own' });
      await registry.refresh();
      expect(callable()).toEqual(['127.0.0.1:7003']);
      expect(registry.all()).toHaveLength(2);
    });

    it('are ignored past their time, and removed long past it', async () => {
      await put(7001, ttlMs + 100);
      await put(7003, 3 * ttlMs);
      await registry.refresh();
      expect(registry.all()).toEqual([]);
      await eventually(async () => {
        expect(await redis.client.keys('*')).toEqual([keyOf(custodian)]);
      });
    });

    it('are ignored, with one line for each, if they are malformed; what belongs to others is left alone', async () => {
      await redis.client.set('services:broken:1.2.3.4:1', '{"service_name":"broken"}');
      await redis.client.set('services:nonsense', 'not json');
      await redis.client.set('unrelated', 'value');
      await put(7001, 0);
      await new Promise((wake) => setTimeout(wake, heartbeatMs));
      expect(registry.all()).toHaveLength(1);
      expect(log.lines.sort()).toEqual([
        `the registry's entry "services:broken:1.2.3.4:1" is ignored: host is not a host`,
        `the registry's entry "services:nonsense" is ignored: it is not a JSON object`,
      ]);
      expect(await redis.client.dbsize()).toBe(4);
    });

    it('are found among many keys that are none of them, with SCAN and never with KEYS', async () => {
      const fill = redis.client.pipeline();
      for (let index = 0; index < 5_000; index += 1) fill.set(`other:${index}`, 'x');
      await fill.exec();
      await put(7001, 0);
      await redis.client.config('RESETSTAT');
      await registry.refresh();
      expect(callable()).toEqual(['127.0.0.1:7001']);
      const commands = await redis.client.info('commandstats');
      expect(commands).toContain('cmdstat_scan:');
      expect(commands).not.toContain('cmdstat_keys:');
    });

    it('stay known as suspects when Redis was flushed, until they are back', async () => {
      await registry.announce(self, () => status);
      await put(7001, 0);
      await eventually(() => expect(callable()).toHaveLength(1));
      await redis.flush();
      await eventually(async () => expect(await ownEntry()).not.toBeNull());
      expect(callable()).toEqual(['127.0.0.1:7001']);
      expect(registry.all().find(({ own }) => !own)?.suspect).toBe(true);
      await put(7001, 0);
      await eventually(() => expect(registry.all().find(({ own }) => !own)?.suspect).toBe(false));
    });
  });

  describe('without Redis', () => {
    it('keeps the last view, says how old it is, and is back within a heartbeat', async () => {
      await registry.announce(self, () => status);
      await put(7001, 0);
      await eventually(() => expect(callable()).toHaveLength(1));
      await redis.stop();
      await eventually(() => expect(registry.status().connected).toBe(false));
      await new Promise((wake) => setTimeout(wake, heartbeatMs));
      expect(callable()).toHaveLength(1);
      expect(registry.status().lastRefreshAgeMs).toBeGreaterThanOrEqual(heartbeatMs);
      expect(registry.status().detail).toContain('Redis does not answer');
      await redis.start();
      await eventually(async () => expect(await ownEntry()).not.toBeNull());
      // The entry is there before the registry has heard so.
      await eventually(() => expect(registry.status()).toMatchObject({ connected: true, registered: true }));
      expect(log.lines.filter((line) => line.includes('does not answer'))).toHaveLength(1);
      expect(log.lines.filter((line) => line === 'Redis answers again')).toHaveLength(1);
    });

    it('notices one that is paused, and is back when it goes on', async () => {
      await registry.announce(self, () => status);
      redis.freeze();
      await eventually(() => expect(registry.status().connected).toBe(false));
      redis.thaw();
      await eventually(() => expect(registry.status()).toMatchObject({ connected: true, registered: true }));
    });

    it('opens, announces, withdraws and closes in little time', async () => {
      const start = Date.now();
      const alone = await RedisRegistry.open({ url: 'redis://127.0.0.1:1', ttlMs, heartbeatMs, log });
      await alone.announce(self, () => status);
      expect(alone.status()).toMatchObject({ connected: false, registered: false, lastRefreshAgeMs: null });
      expect(alone.all()).toEqual([]);
      await alone.close();
      expect(Date.now() - start).toBeLessThan(3_000);
    });
  });
});
