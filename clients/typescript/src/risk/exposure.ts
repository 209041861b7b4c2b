import type { Decimal } from '../words.js';
import type { RiskLevel, RiskLimit } from './risk-limit.js';

/** What an account has at stake at one moment. */
export interface Exposure {
  readonly accountId: string;
  /** The journal sequence up to which everything is counted, and after which nothing is. */
  readonly asOfSeq: number;
  /** What values are told in. */
  readonly valuationAsset: string;
  readonly totalValue: Decimal;
  /** One for every asset of the exchange. */
  readonly positions: readonly Position[];
  /** One for every quote asset that orders are open in. */
  readonly openNotional: readonly OpenNotional[];
  readonly limits: readonly LimitUse[];
  /** Whether a kill switch refuses its orders: its own, or that of all. */
  readonly killSwitchEngaged: boolean;
}

export interface Position {
  readonly asset: string;
  readonly available: Decimal;
  readonly held: Decimal;
  readonly total: Decimal;
  /** null where no market has a reference price for it. */
  readonly referencePrice: Decimal | null;
  /** null without a price. */
  readonly value: Decimal | null;
}

/** What open orders are worth, each at its own price. */
export interface OpenNotional {
  readonly asset: string;
  readonly buy: Decimal;
  readonly sell: Decimal;
  readonly orders: number;
}

export interface LimitUse extends RiskLimit {
  /** null where the limit is for single orders. */
  readonly used: Decimal | null;
  /** In whole per cent of the limit, rounded down. */
  readonly usedPercent: number | null;
  readonly level: RiskLevel;
}
