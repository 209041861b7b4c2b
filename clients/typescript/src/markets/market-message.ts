import type { Time } from '../words.js';
import type { BookLevel, Candle, CandleInterval, Ticker, Trade } from './market.js';

export type MarketChannel = 'book' | 'trades' | 'ticker' | `candles:${CandleInterval}`;

/** What to be told of. */
export type MarketSubscription<Channel extends MarketChannel = MarketChannel> = {
  readonly channel: Channel;
  readonly symbol: string;
  /** Sends at most one message in so many milliseconds, and puts into it what happened meanwhile. */
  readonly conflateMs?: number;
} & (Channel extends 'book' ? ChecksumChoice : unknown);

/** Of a book alone. */
export interface ChecksumChoice {
  /** With each message the checksum of the best levels, which `OrderBook` checks. */
  readonly checksum?: boolean;
}

/** What messages of all channels have. */
export interface MarketMessageBase {
  /** A snapshot begins anew, at the start and after an interruption; an update changes what there is. */
  readonly type: 'snapshot' | 'update';
  readonly symbol: string;
  /** The journal sequences that the message covers. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** The `lastSequence` of the message before it in this subscription; null in the first. */
  readonly previousLastSequence: number | null;
  readonly time: Time;
  /** Not every step since the message before is told: of a book or a ticker the newest state, of trades the newest. */
  readonly conflated?: true;
}

export interface BookMessage extends MarketMessageBase {
  readonly channel: 'book';
  /** Absolute quantities; `"0"` removes the price. */
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** CRC-32 of the ten best levels, if it was asked for. */
  readonly checksum?: number;
}

export interface TradesMessage extends MarketMessageBase {
  readonly channel: 'trades';
  readonly trades: readonly Trade[];
}

export interface TickerMessage extends MarketMessageBase {
  readonly channel: 'ticker';
  readonly ticker: Ticker;
}

export interface StreamedCandle extends Candle {
  /** Whether its interval is over. */
  readonly closed: boolean;
}

export interface CandlesMessage extends MarketMessageBase {
  readonly channel: `candles:${CandleInterval}`;
  readonly candles: readonly StreamedCandle[];
}

/** The messages of a channel, or of any. */
export type MarketMessage<Channel extends MarketChannel = MarketChannel> = Channel extends 'book'
  ? BookMessage
  : Channel extends 'trades'
    ? TradesMessage
    : Channel extends 'ticker'
      ? TickerMessage
      : CandlesMessage;
