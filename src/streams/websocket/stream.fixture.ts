import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Addresses, Application } from '../../application.js';
import { Settings } from '../../config/settings.js';
import { IsCount, IsPublicId, IsSymbol, MayBeAbsent } from '../../edge/field-checks.js';
import { type Outlet, StreamMessage, type StreamSource } from '../../edge/stream.js';
import { openApplication } from '../../open-application.js';
import { Channels } from './channels.js';

class EchoRequest {
  @MayBeAbsent()
  @IsSymbol()
  symbol?: string;

  @MayBeAbsent()
  @IsPublicId('acc')
  accountId?: string;

  @MayBeAbsent()
  @IsCount(0, 60_000)
  conflateMs?: number;
}

/** A channel `test` at a path, of which a spec sends what it likes. */
export class TestChannel {
  readonly name = 'test';
  readonly description = 'What a spec sends.';
  readonly message = EchoRequest;
  readonly request = EchoRequest;
  readonly keyFields = ['symbol', 'accountId'] as const;
  readonly outlets: Outlet[] = [];
  /** Whether the reader took leave itself, of each subscription that is over. */
  readonly closed: boolean[] = [];
  sequence: number | undefined = undefined;
  private count = 0;

  constructor(readonly envelope?: Readonly<Record<string, string>>) {}

  source(): StreamSource {
    const channel = this;
    return {
      acknowledgement: { sequence: 41 },
      open(outlet) {
        channel.outlets.push(outlet);
        return {
          get sequence() {
            return channel.sequence;
          },
          close: (unsubscribed) => void channel.closed.push(unsubscribed === true),
        };
      },
    };
  }

  /** Sends to all who are subscribed. */
  send(view: object = {}): void {
    this.count += 1;
    const message = new StreamMessage({ ...view, count: this.count });
    for (const outlet of this.outlets) outlet.send(message);
  }
}

/** An exchange in this process, with the channel `test` at each path of its WebSockets. */
export class StreamingExchange {
  readonly market = new TestChannel();
  readonly account = new TestChannel({ type: 'event', channel: 'test' });
  readonly audit = new TestChannel();

  private constructor(
    readonly application: Application,
    readonly addresses: Addresses,
  ) {
    const channels = application.nest.get(Channels);
    for (const path of ['market', 'account', 'audit'] as const) channels.add(path, this[path]);
  }

  static async start(environment: Record<string, string> = {}): Promise<StreamingExchange> {
    const common = { HTTP_PORT: '0', GRPC_PORT: '0', STORE: 'memory', PRICE_SOURCE: 'fixed', LOG_LEVEL: 'fatal' };
    const application = await openApplication(Settings.from({ ...common, ...environment }), (error) => {
      throw error;
    });
    return new StreamingExchange(application, await application.listen());
  }

  connect(path: string, headers: Record<string, string> = {}): Promise<Reader> {
    return Reader.connect(this.addresses.http.replace('http', 'ws') + path, headers);
  }

  close(): Promise<void> {
    return this.application.close();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a message is whatever came over the wire.
export type Message = any;

/** A client of `ws`, with what it was sent and what it was closed with. */
export class Reader {
  readonly messages: Message[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  private readonly waiting: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)));
      for (const wake of this.waiting.splice(0)) wake();
    });
    socket.on('error', () => undefined);
    this.closed = once(socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
  }

  static async connect(url: string, headers: Record<string, string> = {}): Promise<Reader> {
    const socket = new WebSocket(url, { headers });
    const reader = new Reader(socket);
    await new Promise<void>((resolve, reject) => {
      socket.on('open', resolve).on('unexpected-response', async (_request, response) => {
        const body = Buffer.concat(await response.toArray()).toString();
        reject(new Refusal(response.statusCode!, JSON.parse(body), response.headers));
      });
      socket.once('error', reject);
    });
    return reader;
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next message that was not given before. */
  async next(timeoutMs = 5_000): Promise<Message> {
    const end = Date.now() + timeoutMs;
    while (this.messages.length === 0) {
      if (Date.now() > end) throw new Error('no message came');
      await Promise.race([
        new Promise<void>((wake) => this.waiting.push(wake)),
        new Promise((wake) => setTimeout(wake, 50)),
      ]);
    }
    return this.messages.shift();
  }

  ask(message: object | string): Promise<Message> {
    this.say(message);
    return this.told();
  }

  /** The next message that is not only there to show that the connection lives: when those come is up to the machine. */
  async told(): Promise<Message> {
    for (;;) {
      const message = await this.next();
      if (message.type !== 'heartbeat') return message;
    }
  }

  close(): void {
    this.socket.close();
  }
}

/** An upgrade that was answered with a problem. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: Message,
    readonly headers: NodeJS.Dict<string | string[]>,
  ) {
    super(`${status} ${problem.code}: ${problem.detail}`);
  }
}
