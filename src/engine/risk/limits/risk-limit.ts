import type { Amount } from '../../money.js';

/** What an account can be limited in, in the order in which an order's limits are asked: that of their reject codes. */
export const riskLimitKinds = [
  'ORDER_RATE',
  'ORDER_QUANTITY',
  'ORDER_NOTIONAL',
  'PRICE_BAND',
  'OPEN_NOTIONAL',
  'POSITION',
  'DAILY_LOSS',
] as const;

export type RiskLimitKind = (typeof riskLimitKinds)[number];

/** One limit of an account. */
export interface RiskLimit {
  readonly kind: RiskLimitKind;
  /** The market or the asset that it is for, as `subjectsOfLimits` says. */
  readonly of?: string;
  /**
   * In units of the market's base asset (ORDER_QUANTITY) or of the asset, in orders (ORDER_RATE), or in basis points
   * (PRICE_BAND).
   */
  readonly limit: Amount;
}

/** What a limit of each kind is for; `none` is for all markets together. */
export const subjectsOfLimits: Readonly<Record<RiskLimitKind, 'market' | 'asset' | 'none'>> = {
  ORDER_RATE: 'none',
  ORDER_QUANTITY: 'market',
  ORDER_NOTIONAL: 'asset',
  PRICE_BAND: 'none',
  OPEN_NOTIONAL: 'asset',
  POSITION: 'asset',
  DAILY_LOSS: 'asset',
};

/** How an account stands to one of its limits: `REFUSING` once an order was refused for it, until one is accepted. */
export type RiskLevel = 'NORMAL' | 'WARNING' | 'BREACHED' | 'REFUSING';

/** Names a limit among those of its account. */
export function keyOfLimit({ kind, of }: RiskLimit): string {
  return of === undefined ? kind : `${kind} ${of}`;
}

/** In the one order that they are kept, asked and told in. */
export function inOrder(limits: readonly RiskLimit[]): RiskLimit[] {
  const rank = ({ kind }: RiskLimit) => riskLimitKinds.indexOf(kind);
  return limits
    .map(({ kind, of, limit }) => (of === undefined ? { kind, limit } : { kind, of, limit }))
    .sort((a, b) => rank(a) - rank(b) || ((a.of ?? '') < (b.of ?? '') ? -1 : 1));
}

/** Limits as plain JSON, their amounts as strings of digits: for snapshots and the journal. */
export function limitsToJson(limits: readonly RiskLimit[]): object[] {
  return limits.map((limit) => ({ ...limit, limit: limit.limit.toString() }));
}

/** What `limitsToJson` wrote. */
export function limitsFromJson(json: readonly object[]): RiskLimit[] {
  return (json as readonly RiskLimit[]).map((limit) => ({ ...limit, limit: BigInt(limit.limit) }));
}
