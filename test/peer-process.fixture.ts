import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { fromJSON, loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import { protoPath as healthProto } from 'grpc-health-check';
import { Redis } from 'ioredis';
import protobuf from 'protobufjs';
import type { PeerBehaviour, PeerProcessOptions } from './peer-process-driver.fixture.ts';

/**
 * Another service, written without a line of the exchange: it serves health and market data, behaves as it is
 * told over IPC, and makes itself known in Redis in the documented layout. `black-hole` takes connections and
 * never says a word; `silent` speaks HTTP/2 and answers no call.
 */
const options: PeerProcessOptions = JSON.parse(process.argv[2] ?? '{}');
let behaviour: PeerBehaviour = options.behaviour;
let calls = 0;
let lastMetadata: Record<string, unknown> = {};

/** Whether the call is to be answered; else it was dealt with here. */
function isAnswered({ metadata }: { metadata: Metadata }, fail: (code: number) => void): boolean {
  calls += 1;
  lastMetadata = metadata.getMap();
  if (behaviour.kind === 'error') fail(status[behaviour.code as keyof typeof status] as unknown as number);
  return behaviour.kind === 'answer';
}

function unary(answer: (request: { symbol: string }) => object) {
  return (call: ServerUnaryCall<{ symbol: string }, object>, callback: sendUnaryData<object>) => {
    const fail = (code: number) => callback({ code, details: 'as it was told' });
    if (isAnswered(call, fail)) callback(null, answer(call.request));
  };
}

const timestamp = () => (options.textTimestamps ? '2026-01-31T12:00:00Z' : Date.now());

function priceOf(symbol: string): number {
  return behaviour.kind === 'answer' ? (behaviour.prices?.[symbol] ?? 100) : 100;
}

function streamPrices(call: ServerWritableStream<{ symbols: string[]; updateIntervalMs: number }, object>): void {
  const fail = (code: number) => call.emit('error', { code, details: 'as it was told' });
  isAnswered(call, fail);
  const send = () => {
    if (behaviour.kind === 'error') return call.end();
    if (behaviour.kind !== 'answer') return undefined;
    for (const symbol of call.request.symbols) {
      call.write({ symbol, price: priceOf(symbol), volume: 1, timestamp: timestamp(), source: options.serviceName });
    }
    return undefined;
  };
  send();
  const timer = setInterval(send, call.request.updateIntervalMs);
  call.on('cancelled', () => clearInterval(timer)).on('close', () => clearInterval(timer));
}

function marketData(): ServiceDefinition {
  const proto = readFileSync(fileURLToPath(new URL('../proto/marketdata/market_data.proto', import.meta.url)), 'utf8');
  const text = options.textTimestamps ? proto.replaceAll('int64 timestamp', 'string timestamp') : proto;
  const { root } = protobuf.parse(text);
  return fromJSON(root.toJSON(), { longs: Number })['marketdata.MarketDataService'] as ServiceDefinition;
}

async function serve(): Promise<number> {
  if (options.behaviour.kind === 'black-hole') {
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(options.port, '127.0.0.1', resolve));
    return (server.address() as { port: number }).port;
  }
  const server = new Server();
  const health = loadSync(healthProto, { enums: String })['grpc.health.v1.Health'] as ServiceDefinition;
  server.addService(health, { check: unary(() => ({ status: 'SERVING' })) } as never);
  server.addService(marketData(), {
    getPrice: unary(({ symbol }) => ({ symbol, price: priceOf(symbol), timestamp: timestamp(), source: 'spec' })),
    streamPrices,
  } as never);
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${options.port}`, ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

/** The entry lapses with the process, unless it is renewed. */
function announce(redis: Redis, port: number): void {
  const { serviceName, heartbeatMs = 500 } = options;
  const put = () =>
    redis
      .set(
        `services:${serviceName}:127.0.0.1:${port}`,
        JSON.stringify({
          service_name: serviceName,
          instance_name: `${serviceName}-1`,
          host: '127.0.0.1',
          grpc_port: port,
          http_port: 0,
          version: '1.0.0',
          environment: 'development',
          status: 'healthy',
          last_seen: new Date().toISOString(),
          metadata: {},
        }),
        'PX',
        heartbeatMs * 3,
      )
      .catch(() => undefined);
  void put();
  setInterval(put, heartbeatMs);
}

process.on('message', (message: PeerBehaviour | 'seen') => {
  if (message === 'seen') process.send!({ calls, metadata: lastMetadata });
  else behaviour = message;
});
process.on('disconnect', () => process.exit(0));

const port = await serve();
if (options.redisUrl !== undefined) announce(new Redis(options.redisUrl), port);
process.send!({ port });
