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

/** In the order in which they are asked, which is the order of precedence of their codes. */
const rules: readonly RiskRule[] = [
  accountActive,
  killSwitch,
  marketOpen,
  priceCurrent,
  priceOnTick,
  priceRange,
  quantityOnLot,
  quantityLimits,
  notionalMinimum,
  priceCollar,
  openOrders,
  accountLimits,
  marketLiquidity,
  postOnly,
  sufficientFunds,
  balanceLimit,
];

/** Why the order is refused; `undefined` if it may be placed. */
export function refusalOf(check: OrderCheck): Reject | undefined {
  for (const rule of rules) {
    const refusal = rule(check);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
