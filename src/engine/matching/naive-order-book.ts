import { assertInvariant } from '../assert.js';
import type { Side } from '../command.js';
import type { Order } from './order.js';
import type { DepthLevel, OrderBook } from './order-book.js';

/** The rule itself, written down: all orders in one list, sorted by price and time whenever asked. */
export class NaiveOrderBook implements OrderBook {
  private readonly orders: Order[] = [];

  best(side: Side): Order | undefined {
    return this.queue(side)[0];
  }

  next(order: Order): Order | undefined {
    const queue = this.queue(order.side);
    return queue[queue.indexOf(order) + 1];
  }

  add(order: Order): void {
    this.orders.push(order);
  }

  remove(order: Order): void {
    assertInvariant(this.orders.includes(order), 'only a resting order leaves the book');
    this.orders.splice(this.orders.indexOf(order), 1);
  }

  reduce(order: Order, lots: number): void {
    order.remainingLots -= lots;
    if (order.remainingLots === 0) this.remove(order);
  }

  depth(side: Side, levelsMax: number): DepthLevel[] {
    const levels = new Map<number, number>();
    for (const order of this.queue(side)) {
      levels.set(order.priceTicks, (levels.get(order.priceTicks) ?? 0) + order.remainingLots);
    }
    return [...levels].slice(0, levelsMax).map(([ticks, lots]) => ({ ticks, lots }));
  }

  lotsAt(side: Side, ticks: number): number {
    return this.depth(side, Infinity).find((level) => level.ticks === ticks)?.lots ?? 0;
  }

  private queue(side: Side): Order[] {
    const better = side === 'BUY' ? -1 : 1;
    return this.orders
      .filter((order) => order.side === side)
      .sort((a, b) => better * (a.priceTicks - b.priceTicks) || a.restedAt - b.restedAt);
  }
}
