import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, credentials, loadPackageDefinition, type ServiceError } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import type { Application } from './application.js';
import { Settings } from './config/settings.js';
import { Registry } from './discovery/registry.js';
import { Readiness } from './health/readiness.js';
import { openApplication } from './open-application.js';
import { Venue } from './venue/venue.js';

function settingsWith(environment: Record<string, string>): Settings {
  return Settings.from({ HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'fatal', ...environment });
}

function failTheSpec(error: unknown): never {
  throw error;
}

describe('an application', () => {
  let application: Application;
  afterEach(() => application.close());

  it('is ready over REST and gRPC until it drains, and alive throughout', async () => {
    application = await openApplication(settingsWith({ STORE: 'memory' }), failTheSpec);
    const { http, grpc } = await application.listen();
    const statusOf = async (path: string) => (await fetch(http + path)).status;
    const services = ['', 'exchange.v1.OrderService', 'exchange.v1.AuditService'];

    expect([await statusOf('/health/ready'), await statusOf('/health/live')]).toEqual([200, 200]);
    for (const service of services) expect(await servingStatus(grpc, service)).toBe('SERVING');

    application.nest.get(Venue).drain();
    expect([await statusOf('/health/ready'), await statusOf('/health/live')]).toEqual([503, 200]);
    expect(await statusOf('/health')).toBe(503);
    await new Promise((wake) => setTimeout(wake, 500));
    for (const service of services) expect(await servingStatus(grpc, service)).toBe('NOT_SERVING');
  });

  it('says over REST how each part of it is', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'application-'));
    application = await openApplication(settingsWith({ DATA_DIR: directory, DISK_FREE_BYTES_MIN: '0' }), failTheSpec);
    const { http } = await application.listen();
    const healthy = await fetch(`${http}/health`);
    expect([healthy.status, healthy.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const health = (await healthy.json()) as { details: Record<string, { latencyMs: number }> };
    const up = { status: 'up', latencyMs: expect.any(Number) };
    expect(health).toMatchObject({
      status: 'ok',
      sequence: application.commands,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      uptimeSeconds: expect.any(Number),
      details: { commands: up, journal: up, disk: up, memory: up, eventLoop: up },
    });

    application.nest.get(Readiness).withdraw();
    const draining = await fetch(`${http}/health`);
    expect(draining.status).toBe(503);
    const part = { status: 'down', message: 'DRAINING' };
    expect(await draining.json()).toMatchObject({ status: 'error', details: { commands: part, journal: up } });
    await application.close();
    rmSync(directory, { recursive: true });
  });

  it('takes commands until the wait for balancers is over, and ends connections with their answers meanwhile', async () => {
    application = await openApplication(settingsWith({ STORE: 'memory', DRAIN_WAIT_MS: '700' }), failTheSpec);
    const { http } = await application.listen();
    const open = () =>
      fetch(`${http}/api/v1/accounts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"name":"Ann"}',
      });
    expect((await open()).headers.get('connection')).toBe('keep-alive');
    const closed = application.close();
    expect((await fetch(`${http}/health/ready`)).status).toBe(503);
    const taken = await open();
    expect([taken.status, taken.headers.get('connection')]).toEqual([201, 'close']);
    await closed;
    await expect(open()).rejects.toThrow();
  });

  it('is in no registry where a port was taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    application = await openApplication(settingsWith({ STORE: 'memory', AUDIT_PORT: `${port}` }), failTheSpec);
    await expect(application.listen()).rejects.toThrow('EADDRINUSE');
    expect(application.nest.get(Registry).all()).toEqual([]);
    taken.close();
  });

  it('keeps its journal on the disk, and lets go of it when it is closed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'application-'));
    const settings = settingsWith({ DATA_DIR: join(directory, 'made', 'by', 'the-start') });
    application = await openApplication(settings, failTheSpec);
    const { sequence } = application.nest.get(Venue).status();
    expect(sequence).toBeGreaterThan(0);

    await expect(openApplication(settings, failTheSpec)).rejects.toThrow(String(process.pid));
    await application.close();
    application = await openApplication(settings, failTheSpec);
    expect(application.nest.get(Venue).status().sequence).toBeGreaterThanOrEqual(sequence);
    rmSync(directory, { recursive: true });
  });
});

type HealthClient = Client & {
  check(request: object, done: (error: ServiceError | null, answer: { status: string }) => void): void;
};

async function servingStatus(address: string, service: string): Promise<string> {
  const { Health } = loadPackageDefinition({ Health: healthService }) as unknown as {
    Health: new (...args: unknown[]) => HealthClient;
  };
  const client = new Health(address, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      client.check({ service }, (error, answer) => (error ? reject(error) : resolve(answer.status)));
    });
  } finally {
    client.close();
  }
}
