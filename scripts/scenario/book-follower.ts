import { setTimeout as pause } from 'node:timers/promises';
import type { ExchangeClient, LiveStream, OrderBook } from '../../clients/typescript/src/index.js';

const lookMs = 20;
const agreeMsMax = 30_000;
const depth = 500;

/** Keeps a market's book by its stream, through whatever strikes that. */
export class BookFollower {
  /** How often it noticed that something was missing, doubled or out of order, and began with a new snapshot. */
  noticed = 0;
  private readonly stream: LiveStream<OrderBook>;
  private book: OrderBook | undefined = undefined;
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: ExchangeClient,
    private readonly symbol: string,
  ) {
    const onInterrupted = () => {
      this.noticed += 1;
    };
    this.stream = client.bookStream(symbol, { onInterrupted });
  }

  async begin(): Promise<void> {
    await this.stream.ready();
    this.reading = this.read();
    this.reading.catch(() => undefined);
  }

  /** How its book differs from that of REST at the same sequence; `undefined` if it does not. */
  async difference(): Promise<string | undefined> {
    const giveUpAt = performance.now() + agreeMsMax;
    let found = `no book of ${this.symbol} came to a sequence of REST`;
    while (performance.now() < giveUpAt) {
      const before = this.shown();
      const { sequence, bids, asks } = await this.client.markets.book(this.symbol, { depth });
      const after = this.shown();
      // Between two messages it is the book of every sequence, and which those are only the next message says.
      if (before === after && this.book?.sequence === sequence) {
        const wanted = JSON.stringify([bids, asks]);
        if (after === wanted) return this.close();
        found = `${this.symbol} at ${sequence} is ${after}, REST says ${wanted}`;
        break;
      }
      await pause(lookMs);
    }
    await this.close();
    return found;
  }

  private shown(): string | undefined {
    return this.book && JSON.stringify([this.book.bids.slice(0, depth), this.book.asks.slice(0, depth)]);
  }

  private async close(): Promise<undefined> {
    this.stream.close();
    await this.reading;
  }

  private async read(): Promise<void> {
    for await (const book of this.stream) this.book = book;
  }
}
