import { eventually } from '../../test/eventually.fixture.js';
import { describeWithRedis, RedisServer } from '../../test/redis.fixture.js';
import { RedisRegistry } from './redis-registry.js';
import { described, quietLog } from './registry.fixture.js';
import { grpcAddress, type OwnStatus, type Registry } from './registry.js';
import { StaticRegistry } from './static-registry.js';

/** A registry in which a custodian lives at 127.0.0.1:7001, and how the test ends it. */
interface Subject {
  readonly registry: Registry;
  end(): Promise<void>;
}

describe('the static registry', () => {
  describeRegistry(async () => {
    const registry = new StaticRegistry([{ serviceName: 'custodian-simulator', host: '127.0.0.1', port: 7001 }]);
    return { registry, end: () => registry.close() };
  });

  it('answers every instance of a service that PEERS names more than once', () => {
    const registry = new StaticRegistry([
      { serviceName: 'custodian-simulator', host: '10.0.0.5', port: 1 },
      { serviceName: 'custodian-simulator', host: '::1', port: 2 },
    ]);
    const addresses = registry.instancesOf('custodian-simulator').map(grpcAddress);
    expect(addresses).toEqual(['10.0.0.5:1', '[::1]:2']);
  });
});

describeWithRedis('the registry in Redis', () => {
  describeRegistry(async () => {
    const redis = await RedisServer.start();
    const options = { url: redis.url, ttlMs: 3_000, heartbeatMs: 200, log: quietLog() };
    const custodian = await RedisRegistry.open(options);
    await custodian.announce(described('custodian-simulator', 7001), () => 'healthy');
    const registry = await RedisRegistry.open(options);
    return {
      registry,
      async end() {
        await registry.close();
        await custodian.close();
        await redis.close();
      },
    };
  });
});

function describeRegistry(open: () => Promise<Subject>): void {
  describe('as every registry', () => {
    let subject: Subject;
    let registry: Registry;
    let status: OwnStatus;

    beforeEach(async () => {
      subject = await open();
      ({ registry } = subject);
      status = 'healthy';
    });

    afterEach(async () => {
      await subject.end();
    });

    const self = described('exchange-simulator', 7002);

    it('finds the instances of a service, and none of one that is unknown', () => {
      expect(registry.instancesOf('custodian-simulator').map(grpcAddress)).toEqual(['127.0.0.1:7001']);
      expect(registry.instancesOf('nobody')).toEqual([]);
    });

    it('lists everybody, this process marked as its own, but gives itself to no caller', async () => {
      await registry.announce(self, () => status);
      const listed = registry.all().map(({ instance, own }) => `${instance.serviceName} ${own}`);
      expect(listed).toEqual(['custodian-simulator false', 'exchange-simulator true']);
      expect(registry.instancesOf('exchange-simulator')).toEqual([]);
    });

    it('tells of each change, until it is told to stop', async () => {
      let changes = 0;
      const stop = registry.onChange(() => {
        changes += 1;
      });
      await registry.announce(self, () => status);
      expect(changes).toBe(1);
      stop();
      await registry.withdraw();
      await registry.refresh();
      expect(changes).toBe(1);
    });

    it('follows its own status', async () => {
      await registry.announce(self, () => status);
      status = 'unhealthy';
      await eventually(() => {
        expect(registry.all().find(({ own }) => own)?.instance.status).toBe('unhealthy');
      });
    });

    it('knows nothing of this process after it was withdrawn, and still finds others', async () => {
      await registry.announce(self, () => status);
      await registry.withdraw();
      await registry.withdraw();
      await eventually(() => {
        expect(registry.all().map(({ instance }) => instance.serviceName)).toEqual(['custodian-simulator']);
      });
      expect(registry.instancesOf('custodian-simulator')).toHaveLength(1);
      expect(registry.status().registered).toBe(false);
    });

    it('says how it is', async () => {
      await registry.announce(self, () => status);
      expect(registry.status()).toMatchObject({ connected: true, registered: true });
      expect(registry.status().lastRefreshAgeMs).toBeLessThan(5_000);
    });
  });
}
