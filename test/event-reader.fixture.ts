import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { WebSocket } from 'ws';
import { CuttingProxy } from './cutting-proxy.fixture.js';
import { type Answer, withoutAbsent } from './exchange-driver.fixture.js';
import { inWordsOfJson, refusalOf } from './grpc-driver.fixture.js';

/** Where an exchange serves, and the streams of events there: those of an account, and the drop copy of all. */
export interface StreamAddresses {
  readonly http: string;
  readonly grpc: string;
}
export type EventStreamKind = 'account' | 'audit';
export const transports = ['WEBSOCKET', 'GRPC'] as const;
export type Transport = (typeof transports)[number];

/** A reader of one stream, over a connection that can be broken, in the words of JSON. */
export interface EventReader {
  readonly acknowledgement: Answer;
  readonly events: Answer[];
  readonly heartbeats: Answer[];
  /** Breaks the connection without a word; nothing is received after that. */
  lose(): Promise<void>;
}

/** Rejects with the code of the refusal as its message. */
export function openEventReader(
  transport: Transport,
  addresses: StreamAddresses,
  kind: EventStreamKind,
  request: object,
): Promise<EventReader> {
  return transport === 'GRPC'
    ? GrpcEventReader.open(addresses.grpc, kind, request)
    : WebSocketEventReader.open(addresses.http, kind, request);
}

/** Waits until a reader has so many events, or says what it has. */
export async function received(reader: EventReader, count: number, timeoutMs = 20_000): Promise<Answer[]> {
  const end = Date.now() + timeoutMs;
  while (reader.events.length < count) {
    if (Date.now() > end) throw new Error(`${reader.events.length} events came instead of ${count}`);
    await pause(10);
  }
  return reader.events;
}

abstract class ProxiedReader implements EventReader {
  acknowledgement: Answer = undefined;
  readonly events: Answer[] = [];
  readonly heartbeats: Answer[] = [];
  protected isLost = false;

  protected constructor(protected readonly proxy: CuttingProxy) {}

  async lose(): Promise<void> {
    if (this.isLost) return;
    this.isLost = true;
    await this.proxy.stop();
    this.leave();
  }

  protected abstract leave(): void;
}

const paths = { account: '/ws/v1/account', audit: '/audit/ws/v1/events' } as const;

class WebSocketEventReader extends ProxiedReader {
  static async open(http: string, kind: EventStreamKind, request: object): Promise<EventReader> {
    const proxy = await CuttingProxy.start(http);
    const socket = new WebSocket(`${proxy.address.replace('http', 'ws')}${paths[kind]}`);
    const reader = new WebSocketEventReader(proxy, socket);
    socket.on('error', () => undefined);
    await once(socket, 'open');
    const answered = new Promise<Answer>((resolve) => socket.on('message', (data) => reader.take(data, resolve)));
    socket.send(JSON.stringify({ op: 'subscribe', channel: 'events', ...request }));
    const { type, code, detail, channel: _channel, ...acknowledgement } = await answered;
    if (type === 'error') {
      await reader.lose();
      throw new Error(`${code}: ${detail}`);
    }
    reader.acknowledgement = acknowledgement;
    return reader;
  }

  private constructor(
    proxy: CuttingProxy,
    private readonly socket: WebSocket,
  ) {
    super(proxy);
  }

  protected leave(): void {
    this.socket.terminate();
  }

  private take(data: unknown, answer: (message: Answer) => void): void {
    if (this.isLost) return;
    const { type, ...message } = JSON.parse(String(data));
    if (type === 'event') {
      const { channel: _channel, ...event } = withoutAbsent(message);
      // REST's word for one of the two sides of a transfer, which gRPC does without.
      if (event.transfer !== undefined) delete event.transfer.accountId;
      this.events.push(event);
    } else if (type === 'heartbeat') this.heartbeats.push(message);
    else answer({ type, ...message });
  }
}

const definition = loadSync(['exchange/v1/order_service.proto', 'exchange/v1/audit_service.proto'], {
  ...{ includeDirs: ['proto'], longs: Number, enums: String, oneofs: false, defaults: true },
});
const services = { account: 'exchange.v1.OrderService', audit: 'exchange.v1.AuditService' } as const;

class GrpcEventReader extends ProxiedReader {
  static async open(address: string, kind: EventStreamKind, request: Answer): Promise<EventReader> {
    const proxy = await CuttingProxy.start(`http://${address}`);
    const options = { 'grpc.use_local_subchannel_pool': 1 };
    const client = new Client(new URL(proxy.address).host, credentials.createInsecure(), options);
    const reader = new GrpcEventReader(proxy, client);
    const method = (definition[services[kind]] as ServiceDefinition).StreamEvents as MethodDefinition<object, Answer>;
    const { path, requestSerialize, responseDeserialize } = method;
    const eventTypes = request.eventTypes?.map((type: string) => `ACCOUNT_EVENT_TYPE_${type}`);
    const asked = { ...request, ...(eventTypes && { eventTypes }) };
    const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, asked);
    try {
      reader.acknowledgement = await new Promise((resolve, reject) => {
        call.on('data', (response) => reader.take(response, resolve));
        call.on('error', (error: ServiceError) => {
          const { code, detail } = refusalOf(error);
          reject(new Error(`${code}: ${detail}`));
        });
      });
      return reader;
    } catch (error) {
      await reader.lose();
      throw error;
    }
  }

  private constructor(
    proxy: CuttingProxy,
    private readonly client: Client,
  ) {
    super(proxy);
  }

  protected leave(): void {
    this.client.close();
  }

  private take({ subscribed, heartbeat, event }: Answer, answer: (acknowledgement: Answer) => void): void {
    if (this.isLost) return;
    if (event) this.events.push(eventOf(event));
    else if (heartbeat) this.heartbeats.push(withoutAbsent(inWordsOfJson(heartbeat)));
    else answer(withoutAbsent(inWordsOfJson(subscribed)));
  }
}

/** Protobuf knows no list that is not there, so an order's fills, which are left out, are an empty one. */
function eventOf(message: Answer): Answer {
  const event = withoutAbsent(inWordsOfJson(message));
  if (event.order !== undefined) delete event.order.fills;
  return event;
}
