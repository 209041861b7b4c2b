import type { MarketStatus, Side } from '../command.js';
import type { Instrument, LiquidityModel, StalePricePolicy } from '../instrument.js';
import { LevelRecorder } from './level-recorder.js';
import { Liquidity } from './liquidity.js';
import type { Order } from './order.js';
import type { DepthLevel, OrderBook } from './order-book.js';

export function opposite(side: Side): Side {
  return side === 'BUY' ? 'SELL' : 'BUY';
}

/** Whether a price is at least as good for the taker as its limit. */
export function crosses(takerSide: Side, limitTicks: number, makerTicks: number): boolean {
  return takerSide === 'BUY' ? makerTicks <= limitTicks : makerTicks >= limitTicks;
}

/** A market as it trades: its customers' book, the liquidity provider's quotes, and whether it is open. */
export class Market {
  status: MarketStatus = 'OPEN';
  /** Since when the reference price is stale, in the venue's time; `undefined` while it is current. */
  staleSince: number | undefined = undefined;
  liquidity: Liquidity;
  /** Every trade up to this record is in a settlement cycle that was closed. */
  settledThrough = 0;
  private recorder: LevelRecorder | undefined = undefined;

  constructor(
    public instrument: Instrument,
    model: LiquidityModel,
    readonly book: OrderBook,
  ) {
    this.liquidity = new Liquidity(instrument, model);
  }

  get referenceTicks(): number {
    return this.liquidity.referenceTicks;
  }

  /** Whether anything may trade here: it is open, and its reference price is good enough for the venue. */
  trades(stalePrice: StalePricePolicy = 'fill'): boolean {
    return this.status === 'OPEN' && (this.staleSince === undefined || stalePrice === 'fill');
  }

  /** Takes over the price source's word on whether the reference price is stale; the first such word counts. */
  markStale(stale: boolean, time: number): void {
    this.staleSince = stale ? (this.staleSince ?? time) : undefined;
  }

  /**
   * A changed definition or model. The quotes keep their reference price and what they have given, but
   * they may stand at other prices now, so they queue up behind everyone who is there already.
   */
  redefine(instrument: Instrument, model: LiquidityModel, sequence: number): void {
    const state = { ...this.liquidity.state(), quotedAt: sequence };
    this.touchQuotes();
    this.instrument = instrument;
    this.liquidity = new Liquidity(instrument, model);
    this.liquidity.restore(state);
    this.touchQuotes();
  }

  /** An order takes its place in the book. */
  rest(order: Order): void {
    this.book.add(order);
    this.recorder?.touch(order.side, order.priceTicks);
  }

  /** A resting order leaves the book with what it has left. */
  withdraw(order: Order): void {
    this.book.remove(order);
    this.recorder?.touch(order.side, order.priceTicks);
  }

  /** A resting order gives lots to a trade. */
  fill(order: Order, lots: number): void {
    this.book.reduce(order, lots);
    this.recorder?.touch(order.side, order.priceTicks);
  }

  /** A level of the quotes gives lots to a trade. */
  give(side: Side, level: number, lots: number): void {
    this.liquidity.give(side, level, lots);
    this.recorder?.touch(side, this.liquidity.ticksOf(side, level));
  }

  /** The quotes move to another reference price. */
  move(referenceTicks: number, sequence: number): void {
    this.touchQuotes();
    this.liquidity.move(referenceTicks, sequence);
    this.touchQuotes();
  }

  /** What was eaten of the quotes grows back. */
  refill(time: number): void {
    this.liquidity.refill(time);
    this.touchQuotes();
  }

  /** Has the changes of the book noted from here on, until the next recording begins or this one ends. */
  startRecording(): LevelRecorder {
    this.recorder = new LevelRecorder(this);
    return this.recorder;
  }

  stopRecording(): void {
    this.recorder = undefined;
  }

  bestTicks(side: Side): number | undefined {
    const order = this.book.best(side);
    const quote = this.liquidity.quote(side);
    if (order === undefined || quote === undefined) return order?.priceTicks ?? quote?.ticks;
    return crosses(opposite(side), order.priceTicks, quote.ticks) ? quote.ticks : order.priceTicks;
  }

  /** What the book shows at one price: what `depth` says of it, or 0. */
  lotsAt(side: Side, ticks: number): number {
    const quoted = Math.min(this.liquidity.lotsAt(side, ticks), this.instrument.maxLots);
    return this.book.lotsAt(side, ticks) + quoted;
  }

  /** Both kinds of liquidity as one book; a quote that never runs dry shows the market's maximum quantity. */
  depth(side: Side, levelsMax: number): DepthLevel[] {
    const levels = new Map<number, number>();
    for (const { ticks, lots } of this.book.depth(side, levelsMax)) levels.set(ticks, lots);
    let quote = this.liquidity.quote(side);
    for (let count = 0; quote !== undefined && count < levelsMax; count += 1) {
      levels.set(quote.ticks, (levels.get(quote.ticks) ?? 0) + Math.min(quote.lots, this.instrument.maxLots));
      quote = this.liquidity.quote(side, quote.level + 1);
    }
    const better = side === 'BUY' ? -1 : 1;
    return [...levels]
      .sort(([a], [b]) => better * (a - b))
      .slice(0, levelsMax)
      .map(([ticks, lots]) => ({ ticks, lots }));
  }

  private touchQuotes(): void {
    if (this.recorder === undefined) return;
    for (const side of ['BUY', 'SELL'] as const) {
      for (const ticks of this.liquidity.prices(side)) this.recorder.touch(side, ticks);
    }
  }
}
