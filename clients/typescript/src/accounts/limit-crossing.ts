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

/** A limit of an account whose use was crossed, or came back. */
export interface LimitCrossing {
  readonly kind: RiskLimitKind;
  /** The market, of ORDER_QUANTITY. */
  readonly symbol?: string;
  /** The asset, of ORDER_NOTIONAL, OPEN_NOTIONAL, POSITION and DAILY_LOSS. */
  readonly asset?: string;
  readonly limit: Decimal;
  /** What is used of it; with an `orderId`, what that order would have made of it. */
  readonly value: Decimal;
  readonly level: RiskLevel;
  /** The order that was refused for it. */
  readonly orderId?: string;
}
