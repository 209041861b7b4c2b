import { notionalOf, unitsOf } from './money.js';
import type { MovingAverage } from './moving-average.js';
import type { Order, Orders, Side } from './orders.js';
import type { Queries } from './queries.js';

export interface TradingEngineOptions {
  readonly accountId: string;
  readonly symbol: string;
  readonly orders: Orders;
  readonly queries: Queries;
  readonly strategy: MovingAverage;
  /** A position is built and left in this many orders of `orderQuantity`, one after each look at the price. */
  readonly positionOrders: number;
  /** In the base asset, as a decimal. */
  readonly orderQuantity: string;
}

/**
 * A small trading engine. It keeps its own books from the fills of its orders, so that they can be held
 * against the exchange's at the end.
 */
export class TradingEngine {
  /** The last reference price, in the quote asset; 0 before the first. */
  price = 0;
  /** How many orders' worth of the base asset it has now. */
  position = 0;
  readonly orders: Order[] = [];
  /** How long each order took, from sending it to its answer. */
  readonly latenciesMs: number[] = [];
  /** What the fills came to, in units: bought and paid, sold and earned, and the fees. */
  readonly books = { base: 0n, quote: 0n, fees: 0n };

  constructor(private readonly options: TradingEngineOptions) {}

  /** Looks at the price, asks the strategy, and goes one order towards what it wants. */
  async step(): Promise<void> {
    const { queries, symbol, strategy, positionOrders } = this.options;
    const { referencePrice } = await queries.ticker(symbol);
    if (referencePrice === null) return;
    this.price = Number(referencePrice);
    const wanted = strategy.next(this.price) ? positionOrders : 0;
    if (wanted > this.position) await this.trade('BUY');
    else if (wanted < this.position) await this.trade('SELL');
  }

  /** Sells what it has. */
  async leave(): Promise<void> {
    while (this.position > 0) await this.trade('SELL');
  }

  private async trade(side: Side): Promise<void> {
    const { accountId, symbol, orderQuantity: quantity, orders } = this.options;
    const clientOrderId = `moving-average-${this.orders.length + 1}`;
    const sent = performance.now();
    const order = await orders.place({
      ...{ accountId, clientOrderId, symbol, quantity },
      ...{ side: `SIDE_${side}`, type: 'ORDER_TYPE_MARKET' },
    });
    this.latenciesMs.push(performance.now() - sent);
    if (order.status !== 'ORDER_STATUS_FILLED') throw new Error(`${order.orderId} is ${order.status}, not filled`);
    this.orders.push(order);
    this.position += side === 'BUY' ? 1 : -1;
    this.book(order, side === 'BUY' ? 1n : -1n);
  }

  private book({ fills }: Order, sign: bigint): void {
    for (const fill of fills) {
      const [price, quantity, fee] = [unitsOf(fill.price), unitsOf(fill.quantity), unitsOf(fill.fee)];
      this.books.base += sign * quantity;
      this.books.quote -= sign * notionalOf(price, quantity) + fee;
      this.books.fees += fee;
    }
  }
}
