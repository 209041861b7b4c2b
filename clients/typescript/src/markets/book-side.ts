import { compareDecimals } from './decimal-order.js';
import type { BookLevel } from './market.js';

/** The bids or the asks of a book, best price first. */
export class BookSide {
  private sorted: BookLevel[] = [];

  /** `direction` is 1 where the lowest price is the best, -1 where the highest is. */
  constructor(private readonly direction: 1 | -1) {}

  get levels(): readonly BookLevel[] {
    return this.sorted;
  }

  replace(levels: readonly BookLevel[]): void {
    this.sorted = levels.toSorted(([a], [b]) => this.direction * compareDecimals(a, b));
  }

  /** Takes the new quantity at a price; `"0"` removes it. */
  set(level: BookLevel): void {
    const [price, quantity] = level;
    const at = this.placeOf(price);
    const isThere = this.sorted[at]?.[0] === price;
    if (quantity !== '0') this.sorted.splice(at, isThere ? 1 : 0, level);
    else if (isThere) this.sorted.splice(at, 1);
  }

  /** Where the price is, or would be. */
  private placeOf(price: string): number {
    let [from, to] = [0, this.sorted.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.direction * compareDecimals(this.sorted[middle]![0], price) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
