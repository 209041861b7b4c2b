import type { Side } from '../command.js';
import type { Order } from './order.js';

/** One price of a book and what rests there. */
export interface DepthLevel {
  readonly ticks: number;
  readonly lots: number;
}

/**
 * The customers' resting orders of one market, by price and then by time. There are two: a fast one, and
 * a slow, obvious one that the specs hold it against.
 */
export interface OrderBook {
  /** The order that is filled first on this side. */
  best(side: Side): Order | undefined;
  /** The order that is filled after this one. */
  next(order: Order): Order | undefined;
  add(order: Order): void;
  remove(order: Order): void;
  /** Takes lots off a resting order, which keeps its place; an order with nothing left is removed. */
  reduce(order: Order, lots: number): void;
  /** The best price levels of a side, best first. */
  depth(side: Side, levelsMax: number): DepthLevel[];
  /** What rests at one price; 0 where nobody does. */
  lotsAt(side: Side, ticks: number): number;
}

export type OrderBookFactory = () => OrderBook;
