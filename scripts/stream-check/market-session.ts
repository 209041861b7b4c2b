import { once } from 'node:events';
import { WebSocket } from 'ws';
import { discrepancy } from '../crash/discrepancy.js';
import { BookFollower } from './book-follower.js';
import type { BookMessage } from './told-book.js';

/** A message of the exchange, as far as it is looked at. */
type ServerMessage =
  | ({ readonly channel: 'book' } & BookMessage)
  | { readonly type: 'subscribed' | 'unsubscribed'; readonly symbol: string }
  | { readonly type: 'heartbeat'; readonly sequence: number }
  | { readonly type: 'error'; readonly detail: string };

/** One WebSocket on which the books of all markets are followed. */
export class MarketSession {
  readonly followers = new Map<string, BookFollower>();
  heartbeats = 0;

  private constructor(
    private readonly socket: WebSocket,
    symbols: readonly string[],
    private readonly onFailure: (error: unknown) => void,
  ) {
    const say = (op: string, symbol: string, more = {}) =>
      socket.send(JSON.stringify({ op, channel: 'book', symbol, ...more }));
    const voice = {
      subscribe: (symbol: string) => say('subscribe', symbol, { checksum: true }),
      unsubscribe: (symbol: string) => say('unsubscribe', symbol),
    };
    for (const symbol of symbols) this.followers.set(symbol, new BookFollower(symbol, voice));
    socket.on('message', (data) => this.receive(JSON.parse(String(data))));
    socket.on('close', (code, reason) =>
      onFailure(discrepancy('the stream was closed', 'an open stream', `${code} ${reason}`)),
    );
  }

  /** `http` is the address of REST. `onFailure` is told of the first thing that is not as it was promised. */
  static async open(
    http: string,
    symbols: readonly string[],
    onFailure: (error: unknown) => void,
  ): Promise<MarketSession> {
    const socket = new WebSocket(`${http.replace(/^http/, 'ws')}/ws/v1/market`);
    await once(socket, 'open');
    return new MarketSession(socket, symbols, onFailure);
  }

  close(): void {
    this.socket.removeAllListeners('close').close();
  }

  private receive(message: ServerMessage): void {
    try {
      this.take(message);
    } catch (error) {
      this.onFailure(error);
    }
  }

  private take(message: ServerMessage): void {
    switch (message.type) {
      case 'snapshot':
      case 'update':
        this.followers.get(message.symbol)!.message(message);
        break;
      case 'heartbeat':
        this.heartbeats += 1;
        for (const follower of this.followers.values()) follower.heartbeat(message.sequence);
        break;
      case 'unsubscribed':
        this.followers.get(message.symbol)!.left();
        break;
      case 'subscribed':
        break;
      case 'error':
        throw discrepancy('the exchange refused what was asked', 'no error', message);
    }
  }
}
