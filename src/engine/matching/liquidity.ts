import type { Side } from '../command.js';
import type { Instrument, LiquidityModel } from '../instrument.js';

/** One quote of the liquidity provider that has something to give; `lots` is Infinity where it never runs dry. */
export interface Quote {
  readonly level: number;
  readonly ticks: number;
  readonly lots: number;
}

/** What must be remembered of the quotes; everything else follows from it and the definitions. */
export interface LiquidityState {
  readonly referenceTicks: number;
  readonly quotedAt: number;
  readonly refilledAt: number;
  readonly bidDebts: readonly number[];
  readonly askDebts: readonly number[];
}

/**
 * The synthetic liquidity provider's quotes in one market: a ladder of levels around the reference price.
 * What a level has given is its debt until the refill rule has brought it back; the debt belongs to the
 * level, not to the price, so that a move of the reference price does not wipe it out. It is counted in
 * lot-milliseconds, so that a slow refill of a small level is not rounded away between two beats.
 */
export class Liquidity {
  referenceTicks = 0;
  /** The sequence at which the quotes came to their prices: their place in time among the customers' orders. */
  quotedAt = 0;
  private refilledAt = 0;
  private readonly baseLots: number[];
  private readonly bids: Level[];
  private readonly asks: Level[];

  constructor(
    private readonly instrument: Instrument,
    private readonly model: LiquidityModel,
  ) {
    const fullLots = Number(instrument.definition.liquidityQuantity / instrument.definition.lotSize);
    this.baseLots = model.quantityPercent.map((percent) => Math.max(1, Math.floor((fullLots * percent) / 100)));
    this.bids = this.baseLots.map(() => ({ ticks: 0, debt: 0 }));
    this.asks = this.baseLots.map(() => ({ ticks: 0, debt: 0 }));
  }

  private get neverRunsDry(): boolean {
    return this.model.refillMs === 0;
  }

  get isFull(): boolean {
    return [...this.bids, ...this.asks].every((level) => level.debt === 0);
  }

  /** The best quote of a side, from a level on, that has lots left. */
  quote(side: Side, fromLevel = 0): Quote | undefined {
    const levels = this.side(side);
    for (let level = fromLevel; level < levels.length; level += 1) {
      const { ticks } = levels[level]!;
      if (ticks === 0) return undefined;
      const lots = this.lotsOf(levels, level);
      if (lots > 0) return { level, ticks, lots };
    }
    return undefined;
  }

  /** What the quotes of a side have at a price: 0 where none stands, or where all was given. */
  lotsAt(side: Side, ticks: number): number {
    const levels = this.side(side);
    const level = levels.findIndex((candidate) => candidate.ticks === ticks);
    return level === -1 ? 0 : this.lotsOf(levels, level);
  }

  /** Where a level stands, whether or not it has lots left; 0 if nowhere. */
  ticksOf(side: Side, level: number): number {
    return this.side(side)[level]!.ticks;
  }

  /** Where the levels of a side stand, whether or not they have lots left. */
  prices(side: Side): number[] {
    return this.side(side)
      .map(({ ticks }) => ticks)
      .filter((ticks) => ticks > 0);
  }

  move(referenceTicks: number, sequence: number): void {
    if (referenceTicks === this.referenceTicks) return;
    this.referenceTicks = referenceTicks;
    this.quotedAt = sequence;
    this.stand();
  }

  refill(time: number): void {
    const elapsedMs = Math.max(0, time - this.refilledAt);
    this.refilledAt = time;
    if (this.neverRunsDry) return;
    for (const levels of [this.bids, this.asks]) {
      levels.forEach((level, index) => {
        level.debt = Math.max(0, level.debt - this.baseLots[index]! * elapsedMs);
      });
    }
  }

  give(side: Side, level: number, lots: number): void {
    if (this.neverRunsDry) return;
    this.side(side)[level]!.debt += lots * this.model.refillMs;
  }

  state(): LiquidityState {
    const { referenceTicks, quotedAt, refilledAt } = this;
    const debts = (levels: readonly Level[]) => levels.map((level) => level.debt);
    return { referenceTicks, quotedAt, refilledAt, bidDebts: debts(this.bids), askDebts: debts(this.asks) };
  }

  /** Takes over a state; where the model has changed since, its levels start full. */
  restore(state: LiquidityState): void {
    this.referenceTicks = state.referenceTicks;
    this.quotedAt = state.quotedAt;
    this.refilledAt = state.refilledAt;
    this.stand();
    if (this.neverRunsDry || state.bidDebts.length !== this.bids.length) return;
    this.bids.forEach((level, index) => {
      level.debt = state.bidDebts[index]!;
    });
    this.asks.forEach((level, index) => {
      level.debt = state.askDebts[index]!;
    });
  }

  /** Puts every level at its price; one that would be below the first tick or above the last stands nowhere (0). */
  private stand(): void {
    let bid = this.referenceTicks + 1;
    let ask = this.referenceTicks - 1;
    for (let index = 0; index < this.baseLots.length; index += 1) {
      const offset = this.offsetTicks(index);
      bid = Math.min(bid - 1, this.referenceTicks - offset);
      ask = Math.max(ask + 1, this.referenceTicks + offset);
      this.bids[index]!.ticks = this.mayStandAt(bid) ? bid : 0;
      this.asks[index]!.ticks = this.mayStandAt(ask) ? ask : 0;
    }
  }

  private side(side: Side): Level[] {
    return side === 'BUY' ? this.bids : this.asks;
  }

  private lotsOf(levels: readonly Level[], level: number): number {
    if (this.neverRunsDry) return Infinity;
    // A changed definition may have made a level smaller than what it owes.
    return Math.max(0, this.baseLots[level]! - Math.ceil(levels[level]!.debt / this.model.refillMs));
  }

  private mayStandAt(ticks: number): boolean {
    return this.referenceTicks > 0 && ticks >= 1 && ticks <= this.instrument.maxTicks;
  }

  private offsetTicks(index: number): number {
    const bps = this.model.halfSpreadBps + index * this.model.spacingBps;
    return this.model.halfSpreadTicks + Math.floor((this.referenceTicks * bps) / 10_000);
  }
}

interface Level {
  ticks: number;
  debt: number;
}
