import { setTimeout as pause } from 'node:timers/promises';
import type {
  AccountEvent,
  ExchangeClient,
  Fill,
  LiveStream,
  Order,
  OrderBook,
  Side,
} from '../clients/typescript/src/index.js';
import { notionalOf, unitsOf } from './money.js';
import type { MovingAverage } from './moving-average.js';

export interface TradingEngineOptions {
  readonly exchange: ExchangeClient;
  readonly accountId: string;
  readonly symbol: string;
  readonly strategy: MovingAverage;
  /** A position is built and left in this many orders of `orderQuantity`, one after each look at the price. */
  readonly positionOrders: number;
  /** In the base asset, as a decimal. */
  readonly orderQuantity: string;
  /** Between two looks at the price. */
  readonly stepMs: number;
}

/** Between two looks whether the account's events have told of every fill. */
const tellingMs = 5;

/**
 * A small trading engine: it looks at the book as it changes, and trades at the market. It keeps its own books
 * from what the account's events tell, not from the answers to its orders, so that the two can be held against
 * one another and against the balances at the end.
 */
export class TradingEngine {
  /** The middle of the book, in the quote asset; 0 before the first look. */
  price = 0;
  /** How many orders' worth of the base asset it has now. */
  position = 0;
  /** As they were answered. */
  readonly orders: Order[] = [];
  /** How long each order took, from sending it to its answer. */
  readonly latenciesMs: number[] = [];
  /** The trades that the account's events told of. */
  readonly tradesTold = new Set<string>();
  /** What the fills came to, in units: bought and paid, sold and earned, and the fees. */
  readonly books = { base: 0n, quote: 0n, fees: 0n };
  private readonly events: LiveStream<AccountEvent>;

  constructor(private readonly options: TradingEngineOptions) {
    this.events = options.exchange.accountEvents(options.accountId);
  }

  /** Trades for so long, and sells what is left. `onStep` is called after each look at the price. */
  async run(durationMs: number, onStep: () => void): Promise<void> {
    await this.events.ready();
    const keeping = this.keepBooks();
    await Promise.race([keeping, this.trade(durationMs, onStep)]);
    this.events.close();
    await keeping;
  }

  private async trade(durationMs: number, onStep: () => void): Promise<void> {
    const { exchange, symbol, stepMs } = this.options;
    const stream = exchange.bookStream(symbol, { conflateMs: stepMs });
    setTimeout(() => stream.close(), durationMs);
    for await (const book of stream) {
      await this.step(book);
      onStep();
    }
    while (this.position > 0) await this.place('SELL');
    const fillCount = this.orders.reduce((count, { fills }) => count + fills.length, 0);
    while (this.tradesTold.size < fillCount) await pause(tellingMs);
  }

  /** Asks the strategy, and goes one order towards what it wants. */
  private async step({ bids, asks }: OrderBook): Promise<void> {
    const { strategy, positionOrders } = this.options;
    const [bid, ask] = [bids[0], asks[0]];
    if (bid === undefined || ask === undefined) return;
    this.price = (Number(bid[0]) + Number(ask[0])) / 2;
    const wanted = strategy.next(this.price) ? positionOrders : 0;
    if (wanted > this.position) await this.place('BUY');
    else if (wanted < this.position) await this.place('SELL');
  }

  private async place(side: Side): Promise<void> {
    const { exchange, accountId, symbol, orderQuantity: quantity } = this.options;
    const sent = performance.now();
    const order = await exchange.orders.place({ accountId, symbol, side, type: 'MARKET', quantity });
    this.latenciesMs.push(performance.now() - sent);
    if (order.status !== 'FILLED') throw new Error(`${order.orderId} is ${order.status}, not filled`);
    this.orders.push(order);
    this.position += side === 'BUY' ? 1 : -1;
  }

  private async keepBooks(): Promise<void> {
    for await (const { fill, order } of this.events) {
      if (fill !== undefined && order !== undefined) this.book(fill, order.side === 'BUY' ? 1n : -1n);
    }
  }

  private book(fill: Fill, sign: bigint): void {
    const [price, quantity, fee] = [unitsOf(fill.price), unitsOf(fill.quantity), unitsOf(fill.fee)];
    this.tradesTold.add(fill.tradeId);
    this.books.base += sign * quantity;
    this.books.quote -= sign * notionalOf(price, quantity) + fee;
    this.books.fees += fee;
  }
}
