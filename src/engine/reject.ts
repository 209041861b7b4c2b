/**
 * Every way in which the exchange refuses a command, in order of precedence: where several apply, the
 * first of this list is the answer. The codes are part of the public contract and never change meaning.
 */
export const rejectCodes = [
  'ACCOUNT_NOT_FOUND',
  'ASSET_NOT_FOUND',
  'MARKET_NOT_FOUND',
  'ORDER_NOT_FOUND',
  'API_KEY_NOT_FOUND',
  'FAULT_NOT_FOUND',
  'DEFINITION_INVALID',
  'ACCOUNT_NOT_ACTIVE',
  'KILL_SWITCH_ENGAGED',
  'ACCOUNT_CLOSED',
  'ACCOUNT_HAS_OPEN_ORDERS',
  'ACCOUNT_NOT_EMPTY',
  'API_KEYS_LIMIT',
  'SAME_ACCOUNT',
  'ORDER_NOT_OPEN',
  'CYCLE_CLOSED',
  'SETTLEMENT_BACKLOG',
  'MARKET_NOT_OPEN',
  'PRICE_STALE',
  'PRICE_NOT_ON_TICK',
  'PRICE_TOO_HIGH',
  'QUANTITY_NOT_ON_LOT',
  'QUANTITY_TOO_SMALL',
  'QUANTITY_TOO_LARGE',
  'NOTIONAL_TOO_SMALL',
  'PRICE_OUTSIDE_COLLAR',
  'OPEN_ORDERS_LIMIT',
  'ORDER_RATE_LIMIT',
  'ORDER_QUANTITY_LIMIT',
  'ORDER_NOTIONAL_LIMIT',
  'PRICE_BAND_LIMIT',
  'OPEN_NOTIONAL_LIMIT',
  'POSITION_LIMIT',
  'DAILY_LOSS_LIMIT',
  'NO_LIQUIDITY',
  'POST_ONLY_WOULD_TAKE',
  'INSUFFICIENT_FUNDS',
  'BALANCE_LIMIT',
] as const;

export type RejectCode = (typeof rejectCodes)[number];

/** An expected refusal: a value, not an exception. `reason` is a sentence with the numbers in it. */
export interface Reject {
  readonly rejected: RejectCode;
  readonly reason: string;
}

export function reject(rejected: RejectCode, reason: string): Reject {
  return { rejected, reason };
}
