import type { Amount } from '../../money.js';
import type { OrderCheck } from '../order-check.js';
import { dailyLoss } from './daily-loss.js';
import type { LimitRule } from './limit-rule.js';
import { openNotional } from './open-notional.js';
import { orderNotional } from './order-notional.js';
import { orderQuantity } from './order-quantity.js';
import { orderRate } from './order-rate.js';
import { position } from './position.js';
import { priceBand } from './price-band.js';
import type { RiskLimit, RiskLimitKind } from './risk-limit.js';

export const limitRules: Readonly<Record<RiskLimitKind, LimitRule>> = {
  ORDER_RATE: orderRate,
  ORDER_QUANTITY: orderQuantity,
  ORDER_NOTIONAL: orderNotional,
  PRICE_BAND: priceBand,
  OPEN_NOTIONAL: openNotional,
  POSITION: position,
  DAILY_LOSS: dailyLoss,
};

/** A limit, and what an order would make of it. */
export interface Reach {
  readonly limit: RiskLimit;
  readonly value: Amount;
}

export function reachOf(limit: RiskLimit, check: OrderCheck): Reach | undefined {
  const value = limitRules[limit.kind].withOrder(check, limit.of ?? '');
  return value === undefined ? undefined : { limit, value };
}

/** The first of the account's limits that the order would go beyond. */
export function breachBy(check: OrderCheck): Reach | undefined {
  for (const limit of check.account.risk?.limits ?? []) {
    const reach = reachOf(limit, check);
    if (reach !== undefined && reach.value > limit.limit) return reach;
  }
  return undefined;
}
