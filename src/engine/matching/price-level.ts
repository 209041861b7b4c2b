import type { Order } from './order.js';

/** The orders that rest at one price, first come, first served: a queue linked through the orders themselves. */
export class PriceLevel {
  first: Order | undefined = undefined;
  last: Order | undefined = undefined;
  lots = 0;

  constructor(readonly ticks: number) {}

  get isEmpty(): boolean {
    return this.first === undefined;
  }

  append(order: Order): void {
    order.level = this;
    order.ahead = this.last;
    if (this.last === undefined) this.first = order;
    else this.last.behind = order;
    this.last = order;
    this.lots += order.remainingLots;
  }

  remove(order: Order): void {
    if (order.ahead === undefined) this.first = order.behind;
    else order.ahead.behind = order.behind;
    if (order.behind === undefined) this.last = order.ahead;
    else order.behind.ahead = order.ahead;
    order.level = undefined;
    order.ahead = undefined;
    order.behind = undefined;
    this.lots -= order.remainingLots;
  }
}
