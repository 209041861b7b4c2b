import type { Account } from '../../ledger/account.js';
import type { Amount } from '../../money.js';
import type { LimitRule } from './limit-rule.js';

/** What the account has of an asset, and what its open orders could bring of it. Only orders that bring more are refused. */
export const position: LimitRule = {
  withOrder(check, asset) {
    const { command, account, market, restLots, priceTicks } = check;
    const { instrument } = market;
    // What waits may come to all of its quantity, whatever the book has now; a sale at the market has no other price.
    const lots = check.waits ? 0 : check.plan.lots;
    const notional = check.waits && command.orderType === 'LIMIT' ? 0n : check.plan.notional;
    if (asset !== (command.side === 'BUY' ? instrument.base : instrument.quote)) return undefined;
    const brings =
      command.side === 'BUY'
        ? instrument.quantity(lots + restLots)
        : notional + instrument.notional(priceTicks, restLots);
    return reached(account, asset) + brings;
  },
  now: reached,
  refusal: (check, value, limit, asset) =>
    `With this order the account could come to have ${check.amountText(value, asset)}, and it may have ${check.amountText(limit, asset)}.`,
};

function reached(account: Account, asset: string): Amount {
  return account.total(asset) + account.risk!.incomingOf(asset);
}
