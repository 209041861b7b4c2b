import type { Exchange } from '../engine/exchange.js';
import { type Amount, formatDecimal } from '../engine/money.js';
import { type RiskLimit, type RiskLimitKind, subjectsOfLimits } from '../engine/risk/limits/risk-limit.js';
import { assetIn, marketIn } from './directory.js';

/** What a limit is of, in the words of the public: a market, an asset, or neither. */
export interface LimitSubject {
  readonly kind: RiskLimitKind;
  readonly symbol?: string;
  readonly asset?: string;
}

type Limited = Pick<RiskLimit, 'kind' | 'of'>;

export function limitSubject({ kind, of }: Limited): LimitSubject {
  if (of === undefined) return { kind };
  return subjectsOfLimits[kind] === 'market' ? { kind, symbol: of } : { kind, asset: of };
}

/** Of how many decimals an amount of this limit may have: those of its asset; orders and basis points are whole. */
export function limitScale(limit: Limited, exchange: Exchange): number {
  const asset = limitAsset(limit, exchange);
  return asset === undefined ? 0 : assetIn(exchange, asset).scale;
}

/** An amount in the unit of a limit, such as `0.5`. */
export function limitDecimal(limit: Limited, amount: Amount, exchange: Exchange): string {
  return formatDecimal(amount, limitScale(limit, exchange));
}

/** The same with the unit, such as `0.5 BTC` or `20 orders`. */
export function limitText(limit: Limited, amount: Amount, exchange: Exchange): string {
  const other = limit.kind === 'ORDER_RATE' ? 'orders a second' : 'basis points';
  return `${limitDecimal(limit, amount, exchange)} ${limitAsset(limit, exchange) ?? other}`;
}

function limitAsset({ kind, of }: Limited, exchange: Exchange): string | undefined {
  if (of === undefined) return undefined;
  return subjectsOfLimits[kind] === 'market' ? marketIn(exchange, of).instrument.base : of;
}
