import { assertInvariant } from '../../engine/assert.js';
import type { Side, Stamp } from '../../engine/command.js';
import type { LevelChange } from '../../engine/matching/level-recorder.js';
import type { DepthLevel } from '../../engine/matching/order-book.js';
import { PublishedSide } from './published-side.js';

/** A whole book, as it was right after a record. */
export interface BaseBook extends Stamp {
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
}

/** What one record did to a book. */
export interface BookRecord extends Stamp {
  readonly changes: readonly LevelChange[];
}

/** The levels that are different, as they are now; those without lots are gone. */
export interface BookDifference {
  readonly firstSequence: number;
  /** How many records changed the book. */
  readonly records: number;
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
}

interface LoggedChange {
  readonly sequence: number;
  readonly side: Side;
  readonly ticks: number;
}

/** So many changes are remembered at least, to tell somebody who stands a little behind what is different since. */
const changesKept = 8_192;

/** A market's book as everybody may know it, and which prices of it changed of late. */
export class PublishedBook {
  private readonly sides = { BUY: new PublishedSide(1), SELL: new PublishedSide(-1) };
  private stamp: Stamp | undefined = undefined;
  private log: LoggedChange[] = [];
  /** Every change after this sequence is in the log. */
  private logBegins = 0;

  /** The last record that changed it, or that it began with. */
  get position(): Stamp | undefined {
    return this.stamp;
  }

  /** Begins with a whole book: what was before is forgotten. */
  begin({ sequence, time, bids, asks }: BaseBook): void {
    this.stamp = { sequence, time };
    this.log = [];
    this.logBegins = sequence;
    for (const [side, levels] of [
      ['BUY', bids],
      ['SELL', asks],
    ] as const) {
      this.sides[side].clear();
      for (const { ticks, lots } of levels) this.sides[side].set(ticks, lots);
    }
  }

  /** Takes in the next record. What it touched and left as it was is no change. */
  take({ sequence, time, changes }: BookRecord): void {
    assertInvariant(this.stamp !== undefined && sequence > this.stamp.sequence, 'records come in sequence');
    for (const { side, ticks, lots } of changes) {
      if (!this.sides[side].set(ticks, lots)) continue;
      this.log.push({ sequence, side, ticks });
      if (this.stamp.sequence !== sequence) this.stamp = { sequence, time };
    }
    if (this.log.length > 2 * changesKept) this.forgetOldest();
  }

  levels(side: Side, levelsMax?: number): DepthLevel[] {
    return this.sides[side].levels(levelsMax);
  }

  /** What is different since a sequence; `undefined` if that is too long ago to say. */
  since(sequence: number): BookDifference | undefined {
    if (sequence < this.logBegins) return undefined;
    const touched = { BUY: new Set<number>(), SELL: new Set<number>() };
    let records = 0;
    let firstSequence = Number.POSITIVE_INFINITY;
    for (let index = this.log.length - 1; index >= 0; index -= 1) {
      const change = this.log[index]!;
      if (change.sequence <= sequence) break;
      touched[change.side].add(change.ticks);
      if (change.sequence === firstSequence) continue;
      firstSequence = change.sequence;
      records += 1;
    }
    return { firstSequence, records, bids: this.now('BUY', touched.BUY), asks: this.now('SELL', touched.SELL) };
  }

  private now(side: Side, prices: ReadonlySet<number>): DepthLevel[] {
    const levels = this.sides[side];
    return Array.from(prices, (ticks) => ({ ticks, lots: levels.lotsAt(ticks) }));
  }

  private forgetOldest(): void {
    const forgotten = this.log.splice(0, this.log.length - changesKept);
    this.logBegins = forgotten.at(-1)!.sequence;
  }
}
