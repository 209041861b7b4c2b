import { isDeepStrictEqual } from 'node:util';
import type { Stamp } from '../../engine/command.js';
import type { Exchange } from '../../engine/exchange.js';
import type { Instrument } from '../../engine/instrument.js';
import type { CandleInterval } from '../../journal/queries.js';
import { candleView } from '../../matching/market-data-views.js';
import type { Venue } from '../../venue/venue.js';
import type { FanOut } from './fan-out.js';
import type { Portion } from './market-feed.js';
import type { StreamedCandleView } from './market-message-views.js';
import { RefreshedFeed } from './refreshed-feed.js';

export interface CandlesContents {
  readonly candles: readonly StreamedCandleView[];
}

interface ToldCandle {
  readonly openTime: number;
  readonly view: StreamedCandleView;
  /** The look at which it was seen to be as it is. */
  readonly sequence: number;
}

interface Moment {
  readonly instrument: Instrument;
  readonly now: number;
}

const minuteMs = 60_000;
const intervalMs: Readonly<Record<CandleInterval, number>> = {
  '1m': minuteMs,
  '5m': 5 * minuteMs,
  '1h': 60 * minuteMs,
  '1d': 1_440 * minuteMs,
};
/** Those who know nothing yet are told the candle that is open, and the one before it. */
const newestCandles = 2;
/** More than a reader can be behind with the longest time between two messages, which is that of the shortest interval. */
const candlesKept = 16;

/** The candles of one interval of a market, while they are open and once more when they are closed. */
export class CandlesFeed extends RefreshedFeed<CandlesContents, Moment> {
  readonly channel: string;
  /** Oldest first. */
  private candles: ToldCandle[] = [];

  constructor(
    venue: Venue,
    symbol: string,
    private readonly interval: CandleInterval,
    fanOut: FanOut,
    onEmpty: () => void,
  ) {
    super(venue, symbol, fanOut, onEmpty);
    this.channel = `candles:${interval}`;
  }

  whole(): Portion<CandlesContents> {
    return this.portion('snapshot', this.position!.sequence, this.candles.slice(-newestCandles));
  }

  since(sequence: number): Portion<CandlesContents> {
    const candles = this.candles.filter((candle) => candle.sequence > sequence);
    return this.portion('update', Math.min(...candles.map((candle) => candle.sequence)), candles);
  }

  newest(sequence: number): Portion<CandlesContents> {
    return this.since(sequence);
  }

  protected look(exchange: Exchange): Moment {
    return { instrument: exchange.market(this.symbol)!.instrument, now: this.venue.now() };
  }

  /** What may be different is the last candle that is known, and what comes after it. */
  protected async takeIn({ instrument, now }: Moment, { sequence }: Stamp): Promise<boolean> {
    const { symbol, interval } = this;
    const from = this.candles.at(-1)?.openTime;
    const limit = from === undefined ? newestCandles : candlesKept;
    const { items: rows } = await this.venue.queries.candles({ symbol, interval, limit, from });
    const before = this.candles.at(-1)?.view;
    const candles = rows.toReversed().map((row) => {
      const closed = row.openTime + intervalMs[interval] <= now;
      return { openTime: row.openTime, view: { ...candleView(row, instrument), closed }, sequence };
    });
    if (before !== undefined && isDeepStrictEqual(candles[0]?.view, before)) candles.shift();
    if (candles.length === 0) return false;
    const known = this.candles.filter(({ openTime }) => openTime < candles[0]!.openTime);
    this.candles = [...known, ...candles].slice(-candlesKept);
    return true;
  }

  private portion(
    type: 'snapshot' | 'update',
    firstSequence: number,
    candles: readonly ToldCandle[],
  ): Portion<CandlesContents> {
    return { type, firstSequence, isConflated: false, contents: { candles: candles.map(({ view }) => view) } };
  }
}
