import type { Order } from './order.js';

const pageSize = 256;
/** With fewer orders than this a page is not worth its room. */
const ordersOfPageMin = 16;

/** The orders whose ids are next to one another, each at its place, and how many they are: one object less to go through. */
class Page extends Array<Order | undefined> {
  count = 0;

  constructor() {
    super(pageSize);
    this.fill(undefined);
  }
}

/**
 * All open orders by their ids. Ids are sequences, so that what is open mostly lies close together: it is kept in pages
 * of consecutive ids, which are so few that the way to one of a million orders goes through little memory, and nothing
 * is ever hashed anew. What is left of a page that is almost empty goes into a map, so that a few old orders do not keep
 * its room.
 */
export class OrderTable {
  private readonly pages = new Map<number, Page>();
  private readonly scattered = new Map<number, Order>();
  private newest = -1;
  /** The page that was asked for last, which mostly is the one that is asked for next. */
  private opened: Page | undefined = undefined;
  private openedNumber = -1;
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(orderId: number): Order | undefined {
    const page = this.open(pageOf(orderId));
    return page === undefined ? this.scattered.get(orderId) : page[orderId % pageSize];
  }

  has(orderId: number): boolean {
    return this.get(orderId) !== undefined;
  }

  /** Orders come with ascending ids. */
  add(order: Order): void {
    const number = pageOf(order.orderId);
    if (number !== this.newest) this.begin(number);
    const page = this.open(number)!;
    page[order.orderId % pageSize] = order;
    page.count += 1;
    this.count += 1;
  }

  /** An order that is there. */
  remove({ orderId }: Order): void {
    const number = pageOf(orderId);
    const page = this.open(number);
    this.count -= 1;
    if (page === undefined) {
      this.scattered.delete(orderId);
      return;
    }
    page[orderId % pageSize] = undefined;
    page.count -= 1;
    if (number !== this.newest) this.scatterIfThin(number, page);
  }

  /** Oldest first. */
  values(): Order[] {
    const orders = [...this.scattered.values()];
    for (const page of this.pages.values()) {
      for (const order of page) if (order !== undefined) orders.push(order);
    }
    return orders.sort((a, b) => a.orderId - b.orderId);
  }

  private open(number: number): Page | undefined {
    if (number !== this.openedNumber) {
      this.openedNumber = number;
      this.opened = this.pages.get(number);
    }
    return this.opened;
  }

  private begin(number: number): void {
    const before = this.pages.get(this.newest);
    if (before !== undefined) this.scatterIfThin(this.newest, before);
    this.pages.set(number, new Page());
    this.newest = number;
    this.openedNumber = -1;
  }

  private scatterIfThin(number: number, page: Page): void {
    if (page.count >= ordersOfPageMin) return;
    for (const order of page) if (order !== undefined) this.scattered.set(order.orderId, order);
    this.pages.delete(number);
    this.openedNumber = -1;
  }
}

function pageOf(orderId: number): number {
  return Math.floor(orderId / pageSize);
}
