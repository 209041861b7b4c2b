import type { Reject } from '../reject.js';
import { accountActive } from './account-active.js';
import { accountLimits } from './account-limits.js';
import { balanceLimit } from './balance-limit.js';
import { killSwitch } from './kill-switch.js';
import { marketLiquidity } from './market-liquidity.js';
import { marketOpen } from './market-open.js';
import { notionalMinimum } from './notional-minimum.js';
import { openOrders } from './open-orders.js';
import type { OrderCheck, RiskRule } from './order-check.js';
import { postOnly } from './post-only.js';
import { priceCollar } from './price-collar.js';
import { priceCurrent } from './price-current.js';
import { priceOnTick } from './price-on-tick.js';
import { priceRange } from './price-range.js';
import { quantityLimits } from './quantity-limits.js';
import { quantityOnLot } from './quantity-on-lot.js';
import { sufficientFunds } from './sufficient-funds.js';

/** By their names, in the order in which they are asked, which is the order of precedence of their codes. */
export const namedRules = {
  'account-active': accountActive,
  'kill-switch': killSwitch,
  'market-open': marketOpen,
  'price-current': priceCurrent,
  'price-on-tick': priceOnTick,
  'price-range': priceRange,
  'quantity-on-lot': quantityOnLot,
  'quantity-limits': quantityLimits,
  'notional-minimum': notionalMinimum,
  'price-collar': priceCollar,
  'open-orders': openOrders,
  'account-limits': accountLimits,
  'market-liquidity': marketLiquidity,
  'post-only': postOnly,
  'sufficient-funds': sufficientFunds,
  'balance-limit': balanceLimit,
} satisfies Readonly<Record<string, RiskRule>>;

export type RuleName = keyof typeof namedRules;

const rules: readonly RiskRule[] = Object.values(namedRules);

/** Why the order is refused; `undefined` if it may be placed. */
export function refusalOf(check: OrderCheck): Reject | undefined {
  for (const rule of rules) {
    const refusal = rule(check);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
