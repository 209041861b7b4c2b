import type { Decimal, Side, Time } from '../words.js';

export type MarketStatus = 'OPEN' | 'HALTED';
export type CandleInterval = '1m' | '5m' | '1h' | '1d';

/** A market and its rules. */
export interface Market {
  readonly symbol: string;
  /** What is traded. */
  readonly baseAsset: string;
  /** What it is paid with. */
  readonly quoteAsset: string;
  readonly status: MarketStatus;
  /** Every price is a multiple of it. */
  readonly tickSize: Decimal;
  /** Every quantity is a multiple of it. */
  readonly lotSize: Decimal;
  readonly minQuantity: Decimal;
  readonly maxQuantity: Decimal;
  readonly minNotional: Decimal;
  readonly makerFeeBps: Decimal;
  readonly takerFeeBps: Decimal;
  /** How far beyond the reference price an order may buy or sell, in basis points. */
  readonly collarBps: number;
}

/** A market at a glance. Prices are null where there is none. */
export interface Ticker {
  readonly symbol: string;
  /** The price source's price now. */
  readonly referencePrice: Decimal | null;
  /** The price of the last trade, or the reference price before the first. */
  readonly last: Decimal | null;
  readonly bid: Decimal | null;
  readonly ask: Decimal | null;
  /** This and the following are of the last 24 hours. */
  readonly open: Decimal | null;
  readonly high: Decimal | null;
  readonly low: Decimal | null;
  /** In the base asset. */
  readonly volume: Decimal;
  /** In the quote asset. */
  readonly quoteVolume: Decimal;
  readonly tradeCount: number;
  /** The venue's time that the 24 hours end at. */
  readonly time: Time;
  /** Whether the price source has been silent for too long. */
  readonly stale: boolean;
  readonly staleSince: Time | null;
}

/** A price (quote asset) and the quantity (base asset) of all orders at it. */
export type BookLevel = readonly [price: Decimal, quantity: Decimal];

export interface Book {
  readonly symbol: string;
  /** The journal sequence that it stands for. */
  readonly sequence: number;
  /** Highest price first. */
  readonly bids: readonly BookLevel[];
  /** Lowest price first. */
  readonly asks: readonly BookLevel[];
}

export interface Trade {
  readonly tradeId: string;
  readonly symbol: string;
  readonly price: Decimal;
  readonly quantity: Decimal;
  /** The value, in the quote asset. */
  readonly notional: Decimal;
  /** The side of the order that came in and met a waiting one. */
  readonly takerSide: Side;
  readonly executedAt: Time;
}

export interface Candle {
  /** When the interval begins. */
  readonly openTime: Time;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  /** Traded, in the base asset. */
  readonly volume: Decimal;
  /** Traded, in the quote asset. */
  readonly quoteVolume: Decimal;
  readonly tradeCount: number;
}
