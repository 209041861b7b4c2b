import { jest } from '@jest/globals';
import { PythonHealthClient, python } from './grpc-health-client.fixture.js';
import { ServerProcess } from './server.fixture.js';

jest.setTimeout(90_000);

const services = ['', 'exchange.v1.AccountService', 'exchange.v1.OrderService', 'exchange.v1.MarketDataService'];
const unknown = 'exchange.v1.Nothing';
const shuttingDown = { ended: 'UNAVAILABLE', details: 'The exchange is shutting down.' };

const installed = python !== undefined || process.env.CI === 'true';
if (!installed) console.warn('skipped, because no Python here has gRPC: apt-get install python3-grpcio');

(installed ? describe : describe.skip)('the health that a client in another language sees over gRPC', () => {
  const servers: ServerProcess[] = [];
  const watchers: PythonHealthClient[] = [];

  async function start(environment?: Record<string, string>): Promise<{ server: ServerProcess; grpc: string }> {
    const server = new ServerProcess(environment);
    servers.push(server);
    return { server, grpc: (await server.ready()).grpc };
  }

  function watch(address: string, names: readonly string[]): PythonHealthClient {
    const client = new PythonHealthClient(address, 'watch', names);
    watchers.push(client);
    return client;
  }

  afterEach(async () => {
    await Promise.all(watchers.splice(0).map((client) => client.kill()));
    await Promise.all(servers.splice(0).map((server) => server.kill()));
  });

  it('Check: every service serves, and one that is not there is not found', async () => {
    const { grpc } = await start();
    const [nothing, ...known] = await PythonHealthClient.check(grpc, [unknown, ...services]);
    expect(known).toEqual(services.map((service) => ({ service, status: 'SERVING' })));
    expect(nothing).toMatchObject({ ended: 'NOT_FOUND' });
  });

  it('a drain: watchers are told once, commands are still taken, and every stream ends with a status', async () => {
    const { server, grpc } = await start({ DRAIN_WAIT_MS: '2500' });
    const watched = [...services, unknown];
    const client = watch(grpc, watched);
    await client.until(watched, 1);
    expect(watched.map((service) => client.told(service))).toEqual([
      ...services.map(() => ['SERVING']),
      ['SERVICE_UNKNOWN'],
    ]);

    server.signal('SIGTERM');
    await client.until(services, 2);
    const draining = await PythonHealthClient.check(grpc, services);
    expect(draining).toEqual(services.map((service) => ({ service, status: 'NOT_SERVING' })));

    expect(await server.exited).toBe(0);
    await client.until(services, 3);
    await client.until([unknown], 2);
    for (const service of services) {
      expect(client.told(service)).toEqual(['SERVING', 'NOT_SERVING', 'UNAVAILABLE']);
    }
    expect(client.told(unknown)).toEqual(['SERVICE_UNKNOWN', 'UNAVAILABLE']);
    expect(client.lines.filter(({ ended }) => ended !== undefined)).toEqual(
      watched.map(() => expect.objectContaining(shuttingDown)),
    );
  });
});
