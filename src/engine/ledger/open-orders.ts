import type { Order } from '../matching/order.js';

/**
 * The orders that an account has open, in no order, so that one that ends leaves its place to the last and disturbs
 * nobody else. Each knows its place.
 */
export class OpenOrders {
  private readonly orders: Order[] = [];

  get size(): number {
    return this.orders.length;
  }

  has(order: Order): boolean {
    return this.orders[order.place] === order;
  }

  add(order: Order): void {
    order.place = this.orders.push(order) - 1;
  }

  remove(order: Order): void {
    const last = this.orders.pop()!;
    if (last === order) return;
    this.orders[order.place] = last;
    last.place = order.place;
  }

  /** Oldest first. */
  values(): Order[] {
    return this.orders.toSorted((a, b) => a.orderId - b.orderId);
  }
}
