import { Backoff, pause } from '../backoff.js';
import { ExchangeError } from '../exchange-error.js';
import { StreamConnection } from './stream-connection.js';
import { StreamFault } from './stream-fault.js';
import type { StreamReader } from './stream-reader.js';
import type { WebSocketConstructor } from './web-socket.js';

const firstDelayMs = 100;
const delayMaxMs = 5_000;
/** The exchange refuses with these for the moment only. */
const passingCodes: readonly string[] = ['RATE_LIMITED', 'OVERLOADED', 'JOURNAL_FULL', 'DRAINING', 'STOPPED'];

/** How a stream behaves. */
export interface StreamOptions {
  /** Ends the stream: whoever iterates gets the signal's reason. */
  readonly signal?: AbortSignal;
  /** After so long without a heartbeat or anything else the connection is opened anew. By default 15 seconds. */
  readonly silenceMs?: number;
  /** For how long to try to come back before the stream fails with the last fault. By default 60 seconds. */
  readonly reconnectForMs?: number;
  /** Is told of each interruption, before the stream comes back. */
  readonly onInterrupted?: (why: StreamFault | ExchangeError) => void;
}

/** Where a stream is served, and to whom. */
export interface StreamEndpoint {
  /** Such as `ws://127.0.0.1:8080`. */
  readonly address: string;
  readonly token: string | undefined;
  readonly webSocket: WebSocketConstructor;
}

/**
 * A stream of the exchange that outlives its connections: after a fault it connects again and goes on where it
 * stopped. It begins with the first look at it. It fails with an `ExchangeError` where the exchange refuses what is
 * asked for, and with the last `StreamFault` when it could not come back. Leaving the loop closes it.
 */
export class LiveStream<Item> implements AsyncIterableIterator<Item, void> {
  private readonly items = this.run();
  private readonly stops = new AbortController();
  private readonly over: AbortSignal;
  private readonly backoff = new Backoff(firstDelayMs, delayMaxMs);
  private connection: StreamConnection | undefined = undefined;
  private connecting: Promise<StreamConnection> | undefined = undefined;
  /** Since when the stream does not work. */
  private faultySince: number | undefined = undefined;

  constructor(
    private readonly reader: StreamReader<Item>,
    private readonly endpoint: StreamEndpoint,
    private readonly options: StreamOptions = {},
  ) {
    const { signal } = options;
    this.over = signal === undefined ? this.stops.signal : AbortSignal.any([signal, this.stops.signal]);
    this.over.addEventListener('abort', () => this.connection?.abandon(this.over.reason));
  }

  /** Resolves when the exchange has acknowledged the subscription: nothing that happens from now on is missed. */
  async ready(): Promise<void> {
    await this.connected();
  }

  next(): Promise<IteratorResult<Item, void>> {
    return this.items.next();
  }

  /** Ends the stream; the loop over it ends too. */
  close(): void {
    this.stops.abort();
  }

  return(): Promise<IteratorResult<Item, void>> {
    this.close();
    return this.items.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async *run(): AsyncGenerator<Item, void> {
    try {
      for (;;) yield* this.itemsOf(await this.connected());
    } catch (error) {
      if (!this.stops.signal.aborted) throw error;
    } finally {
      this.close();
    }
  }

  /** What comes over one connection, until that fails. */
  private async *itemsOf(connection: StreamConnection): AsyncGenerator<Item, void> {
    try {
      for (let count = 1; ; count += 1) {
        const item = this.reader.read(await connection.next());
        // The first message may be a snapshot, after which anything can follow; with the second the stream works.
        if (count > 1) this.works();
        yield item;
      }
    } catch (error) {
      if (connection.heartbeatSeen) this.works();
      connection.end(error);
      this.connecting = undefined;
      await this.recover(error);
    }
  }

  private connected(): Promise<StreamConnection> {
    this.connecting ??= this.connect();
    return this.connecting;
  }

  private async connect(): Promise<StreamConnection> {
    const { address, token, webSocket } = this.endpoint;
    const { path, isPrivate } = this.reader;
    const { silenceMs = 15_000 } = this.options;
    for (;;) {
      this.over.throwIfAborted();
      const url = address + path;
      const connection = new StreamConnection({ url, token: isPrivate ? token : undefined, webSocket, silenceMs });
      this.connection = connection;
      try {
        this.reader.begin(await connection.subscribe(this.reader.subscriptions()));
        return connection;
      } catch (error) {
        connection.end(error);
        await this.recover(error);
      }
    }
  }

  private works(): void {
    this.faultySince = undefined;
    this.backoff.reset();
  }

  /** Waits before the next connection; throws the error if there is to be none. */
  private async recover(error: unknown): Promise<void> {
    this.over.throwIfAborted();
    if (!isPassing(error)) throw error;
    const { reconnectForMs = 60_000, onInterrupted } = this.options;
    const [now, delayMs] = [performance.now(), this.backoff.nextMs()];
    this.faultySince ??= now;
    if (now + delayMs - this.faultySince > reconnectForMs) throw error;
    onInterrupted?.(error);
    await pause(delayMs, this.over);
  }
}

function isPassing(error: unknown): error is StreamFault | ExchangeError {
  return error instanceof StreamFault || (error instanceof ExchangeError && passingCodes.includes(error.code));
}
