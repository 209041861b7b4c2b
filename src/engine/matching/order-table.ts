import type { Order } from './order.js';

/** The orders whose ids are next to one another, each at its place. */
type Page = (Order | undefined)[];

const pageSize = 32;

/**
 * All open orders by their ids. Ids are sequences, so that what is open lies close together: it is kept in pages of
 * consecutive ids, where a new order comes beside the one before it, and a million of them are never hashed anew. A
 * page is there as long as one of its orders is.
 */
export class OrderTable {
  private readonly pages = new Map<number, Page>();
  /** The page that was asked for last, which mostly is the one that is asked for next. */
  private opened: Page | undefined = undefined;
  private openedNumber = -1;
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(orderId: number): Order | undefined {
    return this.open(pageOf(orderId))?.[orderId % pageSize];
  }

  has(orderId: number): boolean {
    return this.get(orderId) !== undefined;
  }

  /** Orders come with ascending ids. */
  add(order: Order): void {
    const page = this.open(pageOf(order.orderId)) ?? this.begin(pageOf(order.orderId));
    page[order.orderId % pageSize] = order;
    this.count += 1;
  }

  /** An order that is there. */
  remove({ orderId }: Order): void {
    const page = this.open(pageOf(orderId))!;
    page[orderId % pageSize] = undefined;
    this.count -= 1;
    if (page.every((order) => order === undefined)) this.drop(pageOf(orderId));
  }

  /** Oldest first. */
  *values(): Generator<Order> {
    for (const page of this.pages.values()) {
      for (const order of page) if (order !== undefined) yield order;
    }
  }

  private open(number: number): Page | undefined {
    if (number !== this.openedNumber) {
      this.openedNumber = number;
      this.opened = this.pages.get(number);
    }
    return this.opened;
  }

  private begin(number: number): Page {
    const page: Page = new Array(pageSize).fill(undefined);
    this.pages.set(number, page);
    this.opened = page;
    return page;
  }

  private drop(number: number): void {
    this.pages.delete(number);
    this.opened = undefined;
  }
}

function pageOf(orderId: number): number {
  return Math.floor(orderId / pageSize);
}
