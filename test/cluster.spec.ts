import { eventually } from './eventually.fixture.js';
import { PeerProcess } from './peer-process-driver.fixture.js';
import { describeWithRedis, RedisServer } from './redis.fixture.js';
import { ServerProcess } from './server.fixture.js';

const heartbeatMs = 1_000;

interface Shown {
  readonly health: string;
  readonly status: string;
  readonly instances: readonly { readonly address: string; readonly state: string; readonly message: string }[];
}

/** Two exchanges and a custodian, three processes that know nothing of one another but a Redis. */
describeWithRedis('a cluster', () => {
  let redis: RedisServer;
  let exchanges: ServerProcess[];
  let custodian: PeerProcess;
  let addresses: { http: string; grpc: string }[];

  beforeAll(async () => {
    redis = await RedisServer.start();
    exchanges = ['exchange-a', 'exchange-b'].map(startExchange);
    addresses = await Promise.all(exchanges.map((exchange) => exchange.ready()));
    custodian = await startCustodian();
  }, 60_000);

  afterAll(() => Promise.all([custodian?.kill(), redis.close(), ...exchanges.map((exchange) => exchange.kill())]));

  function startExchange(name: string): ServerProcess {
    return new ServerProcess({
      REDIS_URL: redis.url,
      SERVICE_INSTANCE_NAME: name,
      REGISTRY_HEARTBEAT_MS: `${heartbeatMs}`,
      REGISTRY_TTL_MS: `${heartbeatMs * 3}`,
      PEER_CHECK_INTERVAL_MS: `${heartbeatMs / 4}`,
      PEER_CALL_TIMEOUT_MS: '500',
    });
  }

  function startCustodian(): Promise<PeerProcess> {
    return PeerProcess.start({ serviceName: 'custodian-simulator', redisUrl: redis.url, heartbeatMs });
  }

  /** What the health page of one exchange says of a peer. */
  async function seenBy(http: string, peer: string): Promise<Shown> {
    const answer = await fetch(`${http}/health`);
    const { status, details } = (await answer.json()) as { status: string; details: Record<string, Shown> };
    return { ...details[`peer:${peer}`]!, health: status };
  }

  const everyExchange = (expectation: (http: string, other: string) => Promise<void>) =>
    Promise.all(addresses.map(({ http }, index) => expectation(http, addresses[1 - index]!.grpc)));

  const up = (address: string) => expect.objectContaining({ address, state: 'up', message: 'SERVING' });

  it('finds itself: each calls the custodian and the other exchange, and nobody calls himself', async () => {
    await eventually(async () => {
      await everyExchange(async (http, other) => {
        expect((await seenBy(http, 'exchange-simulator')).instances).toEqual([up(other)]);
        expect(await seenBy(http, 'custodian-simulator')).toMatchObject({
          ...{ health: 'ok', status: 'up', latencyMs: expect.any(Number) },
          instances: [up(custodian.address)],
        });
      });
    }, 10_000);
    expect((await custodian.seen()).calls).toBeGreaterThan(1);
    await everyExchange(async (http) => {
      const metrics = await (await fetch(`${http}/metrics`)).text();
      const calls =
        'exchange_peer_calls_total{peer="custodian-simulator",method="grpc.health.v1.Health/check",code="OK"}';
      expect(metrics).toContain(calls);
      expect(metrics).toContain(
        `exchange_peer_breaker_state{peer="custodian-simulator",address="${custodian.address}",state="CLOSED"} 1`,
      );
      expect(metrics).toContain('exchange_peer_instances{peer="exchange-simulator",state="up"} 1');
      expect(metrics).toContain('exchange_stale_prices 0');
    });
    await everyExchange(async (http) => {
      const services = (await (await fetch(`${http}/api/v1/services`)).json()) as { items: { serviceName: string }[] };
      const names = services.items.map(({ serviceName }) => serviceName).sort();
      expect(names).toEqual(['custodian-simulator', 'exchange-simulator', 'exchange-simulator']);
    });
  }, 30_000);

  it('notices within a heartbeat that the custodian was killed, and trades on', async () => {
    await custodian.kill();
    const killedAt = performance.now();
    await eventually(
      () =>
        everyExchange(async (http) => {
          const { health, status } = await seenBy(http, 'custodian-simulator');
          expect([health, status]).toEqual(['degraded', 'degraded']);
        }),
      10_000,
    );
    // The health page may keep an answer for another second.
    expect(performance.now() - killedAt).toBeLessThan(heartbeatMs + 1_000);
    await everyExchange(async (http) => {
      expect((await fetch(`${http}/health/ready`)).status).toBe(200);
      const account = await fetch(`${http}/api/v1/accounts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Alice' }),
      });
      expect(account.status).toBe(201);
    });
  }, 30_000);

  it('finds it again under another port', async () => {
    const before = custodian.address;
    custodian = await startCustodian();
    expect(custodian.address).not.toBe(before);
    await eventually(
      () =>
        everyExchange(async (http) => {
          const { instances } = await seenBy(http, 'custodian-simulator');
          expect(instances).toContainEqual(up(custodian.address));
        }),
      10_000,
    );
    // The entry of the one that was killed lapses, and with it the last that is wrong.
    await eventually(
      () =>
        everyExchange(async (http) =>
          expect(await seenBy(http, 'custodian-simulator')).toMatchObject({ health: 'ok', status: 'up' }),
        ),
      15_000,
    );
  }, 40_000);

  it('notices that an exchange was killed, and finds it again', async () => {
    await exchanges[1]!.kill();
    const { http } = addresses[0]!;
    await eventually(async () => expect((await seenBy(http, 'exchange-simulator')).status).toBe('degraded'), 5_000);
    exchanges[1] = startExchange('exchange-b');
    const { grpc } = await exchanges[1].ready();
    await eventually(
      async () => expect((await seenBy(http, 'exchange-simulator')).instances).toContainEqual(up(grpc)),
      10_000,
    );
  }, 40_000);
});
