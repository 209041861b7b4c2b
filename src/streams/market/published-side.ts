import type { DepthLevel } from '../../engine/matching/order-book.js';

/** One side of a published book. Its prices are kept sorted with the best last, where most of them come and go. */
export class PublishedSide {
  private readonly ranks: number[] = [];
  private readonly lots = new Map<number, number>();

  /** Better prices have higher ranks: `sign` is 1 for bids and -1 for asks. */
  constructor(private readonly sign: 1 | -1) {}

  /** Every level, best first, up to so many. */
  levels(levelsMax = Number.POSITIVE_INFINITY): DepthLevel[] {
    const levels: DepthLevel[] = [];
    for (let index = this.ranks.length - 1; index >= 0 && levels.length < levelsMax; index -= 1) {
      const ticks = this.ranks[index]! * this.sign;
      levels.push({ ticks, lots: this.lots.get(ticks)! });
    }
    return levels;
  }

  /** 0 where there is nothing. */
  lotsAt(ticks: number): number {
    return this.lots.get(ticks) ?? 0;
  }

  /** False if that is what it showed already. */
  set(ticks: number, lots: number): boolean {
    const before = this.lotsAt(ticks);
    if (before === lots) return false;
    if (before === 0) this.ranks.splice(this.indexOf(ticks), 0, ticks * this.sign);
    if (lots > 0) {
      this.lots.set(ticks, lots);
    } else {
      this.lots.delete(ticks);
      this.ranks.splice(this.indexOf(ticks), 1);
    }
    return true;
  }

  clear(): void {
    this.ranks.length = 0;
    this.lots.clear();
  }

  /** Where a price stands, or would be inserted. */
  private indexOf(ticks: number): number {
    const rank = ticks * this.sign;
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
