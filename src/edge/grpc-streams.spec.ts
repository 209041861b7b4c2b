import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Client,
  type ClientReadableStream,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, type INestApplication } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { IsCount, IsPublicId, MayBeAbsent } from './field-checks.js';
import { GrpcServer } from './grpc-server.js';
import { GrpcStream } from './grpc-stream.js';
import { createHttpAdapter, httpApplicationOptions, useEdge } from './http-edge.js';
import { Payload } from './parameters.js';
import { Problem } from './problem.js';
import type { Operation, RequestObserver } from './request-observer.js';
import { type Outlet, StreamMessage, type StreamSource } from './stream.js';

class EventsRequest {
  @IsPublicId('acc')
  accountId!: string;

  @MayBeAbsent()
  @IsCount(0, 10)
  fromSequence?: number;
}

interface Reading {
  readonly outlet: Outlet;
  closed: boolean;
}

/** A source that sends what the spec tells it to. */
class TestSource implements StreamSource {
  readonly acknowledgement = { sequence: 41 };
  readonly readings: Reading[] = [];
  endAtOnce = false;

  open(outlet: Outlet) {
    const reading: Reading = { outlet, closed: false };
    this.readings.push(reading);
    if (this.endAtOnce) outlet.end('INTERNAL', 'It ended at once.');
    const close = () => {
      reading.closed = true;
    };
    return { sequence: 42, close };
  }

  get last(): Reading {
    return this.readings.at(-1)!;
  }
}

const source = new TestSource();
const form = {
  message: (event: object) => ({ event }),
  acknowledgement: (subscribed: object) => ({ subscribed }),
  heartbeat: (heartbeat: object) => ({ heartbeat }),
};

@Controller()
class EventsController {
  @GrpcMethod('OrderService', 'StreamEvents')
  async stream(@Payload() { accountId }: EventsRequest): Promise<GrpcStream> {
    if (accountId === 'acc-404') throw new Problem('ACCOUNT_NOT_FOUND', 'There is no account acc-404.');
    if (accountId === 'acc-500') throw new Error('the secret cause');
    await pause(1);
    return new GrpcStream(source, form);
  }
}

const seen: string[] = [];
const observer: RequestObserver = {
  ended: (_request, { method }: Operation, code) => seen.push(`${method} ${status[code]}`),
};

const event = (sequence: number, reason = '') =>
  new StreamMessage({
    sequence,
    eventIndex: 0,
    accountSequence: sequence,
    accountId: 'acc-7',
    eventType: 'ORDER_ACCEPTED',
    time: '2026-01-31T12:00:00.000Z',
    reason,
  });

describe('streams over gRPC', () => {
  let app: NestFastifyApplication;
  let server: GrpcServer;
  let client: EventsClient;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ controllers: [EventsController] }).compile();
    app = module.createNestApplication<NestFastifyApplication & INestApplication>(
      createHttpAdapter({ bodyBytesMax: 4096 }),
      { ...httpApplicationOptions, logger: false },
    );
    useEdge(app);
    server = new GrpcServer(
      {
        host: '127.0.0.1',
        port: 0,
        messageBytesMax: 4096,
        package: 'exchange.v1',
        observers: [observer],
        streams: { heartbeatMs: 100, lagMessagesMax: 2_000, lagBytesMax: 1_000_000 },
      },
      { addToServer: () => undefined, cover: () => undefined },
    );
    app.connectMicroservice({ strategy: server }, { inheritAppConfig: true });
    await app.startAllMicroservices();
    client = clientOf(server);
  });

  afterAll(async () => {
    client.close();
    await app.close();
  });

  const allClosed = async () => {
    for (let tries = 0; server.streams.size > 0 && tries < 200; tries += 1) await pause(20);
    expect(server.streams.size).toBe(0);
    expect(source.readings.filter(({ closed }) => !closed)).toEqual([]);
  };

  it('acknowledge, give what the source gives in the words of gRPC, and show signs of life', async () => {
    const reader = new Reader(client.streamEvents({ accountId: 'acc-7' }));
    await reader.messages(1);
    source.last.outlet.send(event(42));
    source.last.outlet.send(event(43));
    const [subscribed, first, second, heartbeat] = await reader.messages(4);
    expect(subscribed).toEqual({ subscribed: { sequence: 41 } });
    expect([first?.event?.sequence, second?.event?.sequence]).toEqual([42, 43]);
    expect(first?.event).toMatchObject({
      eventType: 'ACCOUNT_EVENT_TYPE_ORDER_ACCEPTED',
      time: { seconds: 1769860800 },
    });
    expect(heartbeat?.heartbeat?.sequence).toBe(42);
    expect(seen.at(-1)).toBe('StreamEvents OK');
    reader.call.cancel();
    expect((await reader.ended).code).toBe(status.CANCELLED);
    await allClosed();
  });

  it('are refused with the status of the problem', async () => {
    const refused = async (request: object) => (await new Reader(client.streamEvents(request)).ended) as ServiceError;
    const invalid = await refused({ accountId: 'seven', fromSequence: 11 });
    expect(invalid.code).toBe(status.INVALID_ARGUMENT);
    expect(invalid.details).toMatch(/accountId .*fromSequence /);
    expect(invalid.metadata.get('grpc-status-details-bin')).toHaveLength(1);
    expect((await refused({ accountId: 'acc-404' })).code).toBe(status.NOT_FOUND);
    expect(seen.at(-1)).toBe('StreamEvents NOT_FOUND');
    const fault = await refused({ accountId: 'acc-500' });
    expect([fault.code, fault.details.includes('secret')]).toEqual([status.INTERNAL, false]);
  });

  it('hold back a source that waits, and lose nothing', async () => {
    const reader = new Reader(client.streamEvents({ accountId: 'acc-7' }));
    await reader.messages(1);
    reader.call.pause();
    const { outlet } = source.last;
    let sent = 0;
    const sending = (async () => {
      for (; sent < 20_000; sent += 1) {
        if (outlet.congested) await outlet.whenReady();
        outlet.send(event(sent + 1, 'x'.repeat(200)));
      }
    })();
    await pause(300);
    // What the two ends of the connection keep is all that was sent while nobody read.
    expect(sent).toBeLessThan(5_000);
    reader.call.resume();
    await sending;
    const events = (await reader.events(20_000)).map(({ sequence }) => sequence);
    expect(events).toEqual(Array.from({ length: 20_000 }, (_, index) => index + 1));
    reader.call.cancel();
    await allClosed();
  }, 60_000);

  it('end for a reader that is too far behind, which still gets what was sent', async () => {
    const reader = new Reader(client.streamEvents({ accountId: 'acc-7' }));
    await reader.messages(1);
    reader.call.pause();
    const { outlet } = source.last;
    let sent = 0;
    // The source does not wait, so the queue passes its bound as soon as the connection takes no more.
    for (; !source.last.closed && sent < 100_000; sent += 1) {
      outlet.send(event(sent + 1, 'x'.repeat(500)));
      if (sent % 50 === 49) await pause(1);
    }
    expect(source.last.closed).toBe(true);
    expect(sent).toBeLessThan(20_000);
    reader.call.resume();
    const error = await reader.ended;
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(error.details).toMatch(/STREAM_LAG_(MESSAGES_MAX \(2000\)|BYTES_MAX \(1000000\))/);
    expect(String(error.metadata.get('grpc-status-details-bin')[0])).toContain('SLOW_CONSUMER');
    const events = reader.received.flatMap(({ event }) => event?.sequence ?? []);
    expect(events).toEqual(Array.from({ length: events.length }, (_, index) => index + 1));
    await allClosed();
  });

  it('end at their deadline', async () => {
    const call = client.streamEvents({ accountId: 'acc-7' }, new Metadata(), { deadline: Date.now() + 300 });
    const reader = new Reader(call);
    expect((await reader.ended).code).toBe(status.DEADLINE_EXCEEDED);
    await allClosed();
  });

  it('close the subscription of a source that ended while it was opened', async () => {
    source.endAtOnce = true;
    const error = await new Reader(client.streamEvents({ accountId: 'acc-7' })).ended;
    source.endAtOnce = false;
    expect([error.code, error.details]).toEqual([status.INTERNAL, 'It ended at once.']);
    await allClosed();
  });

  it('leave nothing behind of thousands that were opened and left at any moment', async () => {
    const request = requestFrame({ accountId: 'acc-7' });
    for (let round = 0; round < 10; round += 1) {
      const connection = connect(`http://127.0.0.1:${server.port}`);
      const calls = Array.from({ length: 300 }, () => openRaw(connection, request));
      // Some are left before they are open, some while they are opened, some later; the rest with the connection.
      for (const [index, call] of calls.entries()) {
        if (index % 4 === 0) call.close(constants.NGHTTP2_CANCEL);
        else if (index % 4 < 3) setTimeout(() => call.close(constants.NGHTTP2_CANCEL), index % 40);
      }
      // Each round leaves when a few more were opened, the first before any was: 75 stay until the connection is lost.
      const opened = source.readings.length;
      while (source.readings.length < opened + round * 8) await pause(1);
      connection.destroy();
    }
    await allClosed();
    expect(source.readings.length).toBeGreaterThan(300);
  }, 60_000);

  it('are told when the exchange stops', async () => {
    const reader = new Reader(client.streamEvents({ accountId: 'acc-7' }));
    await reader.messages(1);
    source.last.outlet.send(event(42));
    await server.close();
    const error = await reader.ended;
    expect([error.code, error.details]).toEqual([status.UNAVAILABLE, 'The exchange is shutting down.']);
    expect(String(error.metadata.get('grpc-status-details-bin')[0])).toContain('DRAINING');
    expect(reader.received.some(({ event }) => event?.sequence === 42)).toBe(true);
    await allClosed();
  });
});

interface Message {
  readonly subscribed?: object;
  readonly event?: { readonly sequence: number };
  readonly heartbeat?: { readonly sequence: number };
}

type EventsClient = Client & {
  streamEvents(request: object, metadata?: Metadata, options?: object): ClientReadableStream<Message>;
};

class Reader {
  readonly received: Message[] = [];
  readonly ended: Promise<ServiceError>;

  constructor(readonly call: ClientReadableStream<Message>) {
    call.on('data', (message: Message) => this.received.push(message));
    this.ended = new Promise((resolve) => call.once('error', resolve));
  }

  async messages(count: number): Promise<Message[]> {
    while (this.received.length < count) await pause(5);
    return this.received.slice(0, count);
  }

  async events(count: number): Promise<{ readonly sequence: number }[]> {
    for (;;) {
      const events = this.received.flatMap(({ event }) => event ?? []);
      if (events.length >= count) return events;
      await pause(20);
    }
  }
}

/** A call as it stands on the wire, for what grpc-js's client does not do: to leave without a word. */
function openRaw(connection: ClientHttp2Session, request: Buffer): ClientHttp2Stream {
  const call = connection.request({
    ':method': 'POST',
    ':path': '/exchange.v1.OrderService/StreamEvents',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  call.on('error', () => undefined);
  call.resume().end(request);
  return call;
}

function requestFrame(request: object): Buffer {
  const method = loadSync('exchange/v1/order_service.proto', { includeDirs: ['proto'] })[
    'exchange.v1.OrderService'
  ] as never as { StreamEvents: { requestSerialize(value: object): Buffer } };
  const message = method.StreamEvents.requestSerialize(request);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

function clientOf({ port }: GrpcServer): EventsClient {
  const proto = loadSync('exchange/v1/order_service.proto', {
    includeDirs: ['proto'],
    longs: Number,
    enums: String,
    oneofs: false,
  });
  const services = (loadPackageDefinition(proto).exchange as GrpcObject).v1 as Record<string, never>;
  return new (services.OrderService as unknown as new (...args: unknown[]) => EventsClient)(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
  );
}
