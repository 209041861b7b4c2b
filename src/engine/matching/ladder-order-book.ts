import { assertInvariant } from '../assert.js';
import type { Side } from '../command.js';
import type { Order } from './order.js';
import type { DepthLevel, OrderBook } from './order-book.js';
import { PriceLevel } from './price-level.js';

/** The book that the exchange runs on: two ladders of price levels. */
export class LadderOrderBook implements OrderBook {
  private readonly bids = new Ladder(1);
  private readonly asks = new Ladder(-1);

  best(side: Side): Order | undefined {
    return this.ladder(side).bestLevel()?.first;
  }

  next(order: Order): Order | undefined {
    return order.behind ?? this.ladder(order.side).levelAfter(order.priceTicks)?.first;
  }

  add(order: Order): void {
    this.ladder(order.side).levelAt(order.priceTicks).append(order);
  }

  remove(order: Order): void {
    const level = order.level;
    assertInvariant(level !== undefined, 'only a resting order leaves the book');
    level.remove(order);
    if (level.isEmpty) this.ladder(order.side).drop(level);
  }

  reduce(order: Order, lots: number): void {
    assertInvariant(order.level !== undefined && lots <= order.remainingLots, 'a resting order gives what it has');
    order.level.lots -= lots;
    order.remainingLots -= lots;
    if (order.remainingLots === 0) this.remove(order);
  }

  depth(side: Side, levelsMax: number): DepthLevel[] {
    return this.ladder(side).top(levelsMax);
  }

  lotsAt(side: Side, ticks: number): number {
    return this.ladder(side).lotsAt(ticks);
  }

  private ladder(side: Side): Ladder {
    return side === 'BUY' ? this.bids : this.asks;
  }
}

/**
 * The price levels of one side. Their ranks (ticks for bids, minus ticks for asks) are kept sorted with
 * the best last: levels come and go mostly near the best price, at the end of the array, where that is cheap.
 */
class Ladder {
  private readonly ranks: number[] = [];
  private readonly levels = new Map<number, PriceLevel>();

  constructor(private readonly sign: 1 | -1) {}

  bestLevel(): PriceLevel | undefined {
    return this.ranks.length === 0 ? undefined : this.levels.get(this.ranks[this.ranks.length - 1]! * this.sign);
  }

  levelAfter(ticks: number): PriceLevel | undefined {
    const index = this.indexOf(ticks * this.sign) - 1;
    return index < 0 ? undefined : this.levels.get(this.ranks[index]! * this.sign);
  }

  levelAt(ticks: number): PriceLevel {
    let level = this.levels.get(ticks);
    if (level === undefined) {
      level = new PriceLevel(ticks);
      this.levels.set(ticks, level);
      const rank = ticks * this.sign;
      const index = this.indexOf(rank);
      if (index === this.ranks.length) this.ranks.push(rank);
      else this.ranks.splice(index, 0, rank);
    }
    return level;
  }

  drop(level: PriceLevel): void {
    this.levels.delete(level.ticks);
    const index = this.indexOf(level.ticks * this.sign);
    if (index === this.ranks.length - 1) this.ranks.pop();
    else this.ranks.splice(index, 1);
  }

  lotsAt(ticks: number): number {
    return this.levels.get(ticks)?.lots ?? 0;
  }

  top(levelsMax: number): DepthLevel[] {
    const depth: DepthLevel[] = [];
    for (let index = this.ranks.length - 1; index >= 0 && depth.length < levelsMax; index -= 1) {
      const { ticks, lots } = this.levels.get(this.ranks[index]! * this.sign)!;
      depth.push({ ticks, lots });
    }
    return depth;
  }

  /** Where a rank stands, or would be inserted. */
  private indexOf(rank: number): number {
    let low = 0;
    let high = this.ranks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ranks[middle]! < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
