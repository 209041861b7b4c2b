import type { Decimal } from '../words.js';

/** What an account can be limited in; the exchange's documentation says what each kind means. */
export type RiskLimitKind =
  | 'ORDER_RATE'
  | 'ORDER_QUANTITY'
  | 'ORDER_NOTIONAL'
  | 'PRICE_BAND'
  | 'OPEN_NOTIONAL'
  | 'POSITION'
  | 'DAILY_LOSS';

/** How an account stands to a limit: `REFUSING` once an order was refused for it, until one is accepted. */
export type RiskLevel = 'NORMAL' | 'WARNING' | 'BREACHED' | 'REFUSING';

export interface RiskLimit {
  readonly kind: RiskLimitKind;
  /** The market, of ORDER_QUANTITY. */
  readonly symbol?: string;
  /** The asset, of ORDER_NOTIONAL, OPEN_NOTIONAL, POSITION and DAILY_LOSS. */
  readonly asset?: string;
  /** The most that there may be, in the asset or the market's base asset, in whole orders or in basis points. */
  readonly limit: Decimal;
}

/** A limit as it is to be. */
export interface RiskLimitRequest extends RiskLimit {}

export interface RiskLimits {
  readonly accountId: string;
  /** The journal sequence that it stands for. */
  readonly asOfSeq: number;
  readonly warnAtPercent: number;
  /** In the order in which an order is held against them. */
  readonly limits: readonly RiskLimit[];
}

/** All limits of an account: what is not among them is not limited. */
export interface SetRiskLimitsRequest {
  /** From how many per cent of a limit on a warning is raised; by default 80. */
  readonly warnAtPercent?: number;
  readonly limits: readonly RiskLimitRequest[];
}

/** A limit of an account whose use was crossed, or came back. */
export interface LimitCrossing extends RiskLimit {
  /** What is used of it; with an `orderId`, what that order would have made of it. */
  readonly value: Decimal;
  readonly level: RiskLevel;
  /** The order that was refused for it. */
  readonly orderId?: string;
}
