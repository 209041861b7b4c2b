import type { Side } from '../command.js';
import type { Market } from './market.js';

/** What a market's book shows at one price after a change; no lots mean that the price is gone from it. */
export interface LevelChange {
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
}

/**
 * Notes the prices at which a market's book changes, customers and quotes alike, so that somebody who follows
 * the book need not look at all of it. It is no part of the state: nothing is decided by it, and a market
 * without one pays a comparison for each change.
 */
export class LevelRecorder {
  private readonly bids = new Set<number>();
  private readonly asks = new Set<number>();

  constructor(private readonly market: Market) {}

  get isEmpty(): boolean {
    return this.bids.size === 0 && this.asks.size === 0;
  }

  /** Something may have changed at a price. */
  touch(side: Side, ticks: number): void {
    (side === 'BUY' ? this.bids : this.asks).add(ticks);
  }

  /**
   * What the book shows now at every price that was touched since the last time. A price may be among them
   * whose quantity is what it was.
   */
  take(): LevelChange[] {
    const changes: LevelChange[] = [];
    this.takeSide('BUY', this.bids, changes);
    this.takeSide('SELL', this.asks, changes);
    return changes;
  }

  private takeSide(side: Side, touched: Set<number>, changes: LevelChange[]): void {
    for (const ticks of touched) changes.push({ side, ticks, lots: this.market.lotsAt(side, ticks) });
    touched.clear();
  }
}
