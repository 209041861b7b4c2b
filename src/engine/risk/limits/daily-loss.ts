import type { Account } from '../../ledger/account.js';
import type { Amount } from '../../money.js';
import type { State } from '../../state.js';
import type { OrderCheck } from '../order-check.js';
import { dayResult } from './day-result.js';
import type { LimitRule } from './limit-rule.js';

/**
 * What the account has lost today in a quote asset (see `day-result.ts`). Purchases are refused that could take it
 * beyond the limit at once; what the account has may always be sold, for that ends its losses.
 */
export const dailyLoss: LimitRule = {
  withOrder(check, quote) {
    const { command, account, market, state, time } = check;
    if (command.side !== 'BUY' || market.instrument.quote !== quote) return undefined;
    return lossOf(resultAt(account, quote, state, time) - costAtOnce(check));
  },
  now: (account, quote, state, time) => lossOf(resultAt(account, quote, state, time)),
  refusal: (check, value, limit) =>
    `The order could take today's loss to ${check.quoteText(value)}, and the account may lose ${check.quoteText(limit)} a day.`,
};

/** On a day on which nothing has happened yet, nothing was lost. */
function resultAt(account: Account, quote: string, { risk, markets }: State, time: number): Amount {
  return risk.isToday(time) ? dayResult(account, quote, markets) : 0n;
}

function lossOf(result: Amount): Amount {
  return result < 0n ? -result : 0n;
}

/** By how much a purchase could be dearer than the reference price, fees included. */
function costAtOnce({ command, plan, taker, hold, market }: OrderCheck): Amount {
  const { instrument, referenceTicks } = market;
  if (referenceTicks === 0) return 0n;
  const [spent, lots] =
    command.orderType === 'MARKET' ? [plan.notional + plan.takerFee, plan.lots] : [hold, taker.lots];
  const cost = spent - instrument.notional(referenceTicks, lots);
  return cost > 0n ? cost : 0n;
}
