import type { Decimal } from '../words.js';

/** In whole assets; `available` and `held` together are the `total`. */
export interface Balance {
  readonly asset: string;
  /** What new orders and withdrawals may use. */
  readonly available: Decimal;
  /** What open orders hold: what they could still cost, fees included. */
  readonly held: Decimal;
  readonly total: Decimal;
}

/** The balances of an account as of one moment. */
export interface Balances {
  readonly accountId: string;
  /** The journal sequence up to which everything is counted, and after which nothing is. */
  readonly asOfSeq: number;
  /** One for every asset of the exchange. */
  readonly balances: readonly Balance[];
}

export interface AssetBalance extends Balance {
  readonly accountId: string;
  readonly asOfSeq: number;
}
