import { jest } from '@jest/globals';
import type { Answer } from './exchange-driver.fixture.js';
import { ServerProcess } from './server.fixture.js';

jest.setTimeout(60_000);

/** Nobody listens on port 1. */
const nobody = '127.0.0.1:1';

describe('health without the world outside', () => {
  let server: ServerProcess;
  afterEach(() => server.kill());

  async function start(environment: Record<string, string>): Promise<string> {
    server = new ServerProcess({ PRICE_SOURCE: 'fixed', ...environment });
    return (await server.ready()).http;
  }

  async function healthAt(http: string): Promise<{ statuses: number[]; health: Answer; opened: number }> {
    const paths = ['/health/live', '/health/ready', '/health'];
    const answers = await Promise.all(paths.map((path) => fetch(http + path)));
    const account = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"Ann"}' };
    const opened = await fetch(`${http}/api/v1/accounts`, account);
    return {
      statuses: answers.map(({ status }) => status),
      health: await answers[2]!.json(),
      opened: opened.status,
    };
  }

  const fine = { statuses: [200, 200, 200], opened: 201, health: { status: 'degraded' } };
  const degraded = { status: 'degraded', latencyMs: expect.any(Number) };

  it('is degraded, alive and ready, and trades, without Redis and the configuration service', async () => {
    const http = await start({ REDIS_URL: `redis://${nobody}`, CONFIG_SERVICE_URL: `http://${nobody}` });
    const details = { redis: degraded, configuration: degraded, commands: { status: 'up' }, journal: { status: 'up' } };
    expect(await healthAt(http)).toMatchObject({ ...fine, health: { status: 'degraded', details } });
  });

  it('is degraded, alive and ready, and trades, without a peer', async () => {
    const http = await start({ PEERS: `custodian-simulator=${nobody}`, PEER_CALL_TIMEOUT_MS: '300' });
    const end = Date.now() + 10_000;
    let last = await healthAt(http);
    // Until a peer was asked for the first time, nothing is known of it.
    while (last.health.details['peer:custodian-simulator']?.status !== 'degraded' && Date.now() < end) {
      await new Promise((wake) => setTimeout(wake, 1_100));
      last = await healthAt(http);
    }
    expect(last).toMatchObject({
      ...fine,
      health: { status: 'degraded', details: { 'peer:custodian-simulator': degraded } },
    });
  });

  it('has no part for what is not set', async () => {
    const { health, statuses } = await healthAt(await start({}));
    expect(statuses).toEqual([200, 200, 200]);
    expect(Object.keys(health.details).sort()).toEqual(['commands', 'eventLoop', 'journal', 'memory']);
  });
});
