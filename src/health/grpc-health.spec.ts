import { once } from 'node:events';
import { type Client, credentials, loadPackageDefinition, Server, ServerCredentials } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import { eventually } from '../../test/eventually.fixture.js';
import { GrpcContract } from '../edge/grpc-contract.js';
import { openVenue } from '../venue/venue.fixture.js';
import type { Venue } from '../venue/venue.js';
import { GrpcHealth } from './grpc-health.js';
import { Readiness } from './readiness.js';

type Watching = NodeJS.EventEmitter & { cancel(): void };
type HealthClient = Client & { watch(request: { service: string }): Watching };

const namesCount = 50;

describe('the health service over gRPC', () => {
  let venue: Venue;
  let health: GrpcHealth;
  let server: Server;
  let client: HealthClient;

  beforeAll(async () => {
    ({ venue } = await openVenue());
    health = new GrpcHealth(new Readiness(venue));
    health.cover('exchange.v1.OrderService');
    health.onApplicationBootstrap();
    server = new Server();
    health.addToServer(server, new GrpcContract());
    const port = await new Promise((resolve) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_error, bound) => resolve(bound));
    });
    const { Health } = loadPackageDefinition({ Health: service }) as never as {
      Health: new (address: string, of: ReturnType<typeof credentials.createInsecure>) => HealthClient;
    };
    client = new Health(`127.0.0.1:${port}`, credentials.createInsecure());
  });

  afterAll(async () => {
    client.close();
    server.forceShutdown();
    await venue.close();
  });

  async function watch(name: string): Promise<Watching & { told: unknown }> {
    const stream = client.watch({ service: name });
    stream.on('error', () => undefined);
    const [{ status }] = await once(stream, 'data');
    return Object.assign(stream, { told: status });
  }

  /** By the names that are remembered, the streams that wait for news of them. */
  const watchers = () => Reflect.get(health, 'watchers') as Map<string, Set<unknown>>;

  it('remembers nothing of names that are made up, and lets go of every watch that ends', async () => {
    const unknown = Array.from({ length: namesCount }, (_, index) => `made.up.Service${index}`);
    const streams = await Promise.all([...unknown, 'exchange.v1.OrderService'].map(watch));
    expect(streams.map(({ told }) => told)).toEqual([...unknown.map(() => 'SERVICE_UNKNOWN'), 'SERVING']);
    expect([...watchers().keys()]).toEqual(['', 'exchange.v1.OrderService']);
    for (const stream of streams) stream.cancel();
    await eventually(() => expect(watchers().get('exchange.v1.OrderService')?.size).toBe(0));
  });
});
