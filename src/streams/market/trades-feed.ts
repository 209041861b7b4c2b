import type { Stamp } from '../../engine/command.js';
import type { TradeExecuted } from '../../engine/event.js';
import type { Instrument } from '../../engine/instrument.js';
import type { JournalRecord } from '../../journal/journal.js';
import type { TradeRow } from '../../journal/queries.js';
import { type TradeView, tradeView } from '../../matching/market-data-views.js';
import type { Venue } from '../../venue/venue.js';
import type { FanOut } from './fan-out.js';
import { LiveFeed, type Portion } from './market-feed.js';

export interface TradesContents {
  readonly trades: readonly TradeView[];
}

interface ToldTrade extends Stamp {
  readonly view: TradeView;
}

/** So many are told to those who know none yet, and to those who were too slow. */
const newestTrades = 20;
/** So many are remembered at least, for those who stand a little behind. */
const tradesKept = 4_096;
/** So many are never kept waiting for the time of those who want few messages, lest some be forgotten. */
const tradesWaitingMax = 1_024;

/** The trades of one market, every one of them. */
export class TradesFeed extends LiveFeed<TradesContents> {
  readonly channel = 'trades';
  private readonly instrument: Instrument;
  private trades: ToldTrade[] = [];
  /** Every trade after this sequence is remembered. */
  private memoryBegins = 0;
  /** What was there before it was followed is known. */
  private isBegun = false;
  private base: Stamp | undefined = undefined;
  private durableSequence = 0;
  private untold = 0;

  constructor(
    private readonly venue: Venue,
    symbol: string,
    fanOut: FanOut,
    onEmpty: () => void,
  ) {
    super(symbol, fanOut, onEmpty);
    this.instrument = venue.exchange.market(symbol)!.instrument;
  }

  get position(): Stamp | undefined {
    if (!this.isBegun) return undefined;
    const last = this.trades.at(-1);
    return last !== undefined && last.sequence > this.base!.sequence ? last : this.base;
  }

  get through(): number {
    return this.durableSequence;
  }

  start(): void {
    void this.begin();
  }

  stop(): void {}

  override committed(records: readonly JournalRecord[]): void {
    this.durableSequence = records.at(-1)!.sequence;
    const before = this.trades.length;
    for (const record of records) this.remember(record);
    if (this.trades.length === before || !this.isBegun) return;
    this.untold += this.trades.length - before;
    const cannotWait = this.untold >= tradesWaitingMax;
    if (cannotWait) this.untold = 0;
    if (this.trades.length > 2 * tradesKept) this.forgetOldest();
    this.tell(cannotWait);
  }

  whole(): Portion<TradesContents> {
    const { sequence: firstSequence } = this.position!;
    return {
      type: 'snapshot',
      firstSequence,
      isConflated: false,
      contents: contentsOf(this.trades.slice(-newestTrades)),
    };
  }

  since(sequence: number): Portion<TradesContents> | undefined {
    return sequence < this.memoryBegins ? undefined : this.update(this.after(sequence));
  }

  newest(sequence: number): Portion<TradesContents> {
    return this.update(this.after(sequence).slice(-newestTrades));
  }

  private update(trades: readonly ToldTrade[]): Portion<TradesContents> {
    return { type: 'update', firstSequence: trades[0]!.sequence, isConflated: false, contents: contentsOf(trades) };
  }

  /** Those remembered of a later record. */
  private after(sequence: number): ToldTrade[] {
    let first = this.trades.length;
    while (first > 0 && this.trades[first - 1]!.sequence > sequence) first -= 1;
    return this.trades.slice(first);
  }

  /** Trades are counted, so those up to a moment can be told from those that came while they were looked up. */
  private async begin(): Promise<void> {
    const { venue, symbol } = this;
    try {
      const { tradeCount, ...base } = await venue.read(({ sequence, time, state }) => ({
        ...{ sequence, time, tradeCount: state.tradeCount },
      }));
      const { items } = await venue.queries.trades({ symbol, limit: newestTrades, cursor: tradeCount + 1 });
      const older = items.toReversed().map((row) => ({ ...base, view: tradeView(row, this.instrument) }));
      this.trades = [...older, ...this.trades.filter(({ sequence }) => sequence > base.sequence)];
      this.base = base;
      this.memoryBegins = base.sequence;
      this.isBegun = true;
      this.tell();
    } catch {
      // The venue or its reader has stopped for good, and the streams end with the process.
    }
  }

  private remember({ sequence, time, events }: JournalRecord): void {
    // Told after it was looked up with the others.
    if (this.isBegun && sequence <= this.base!.sequence) return;
    for (const event of events) {
      if (event.type !== 'TradeExecuted' || event.symbol !== this.symbol) continue;
      this.trades.push({ sequence, time, view: tradeView(rowOf(event, time, this.instrument), this.instrument) });
    }
  }

  private forgetOldest(): void {
    const forgotten = this.trades.splice(0, this.trades.length - tradesKept);
    this.memoryBegins = forgotten.at(-1)!.sequence;
  }
}

function contentsOf(trades: readonly ToldTrade[]): TradesContents {
  return { trades: trades.map(({ view }) => view) };
}

function rowOf(trade: TradeExecuted, executedAt: number, instrument: Instrument): TradeRow {
  const { tradeId, symbol, priceTicks, quantityLots, notional, takerSide } = trade;
  const price = instrument.price(priceTicks);
  return { tradeId, symbol, price, quantity: instrument.quantity(quantityLots), notional, takerSide, executedAt };
}
