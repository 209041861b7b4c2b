import type { LimitRule } from './limit-rule.js';

/** What the open orders of all markets with one quote asset are worth together, both sides, each at its own price. */
export const openNotional: LimitRule = {
  withOrder(check, quote) {
    const { account, command, market, priceTicks } = check;
    // A market order has no price at which it would be open, also where it has to wait.
    if (market.instrument.quote !== quote || command.orderType === 'MARKET' || check.restLots === 0) return undefined;
    return account.risk!.openNotionalIn(quote) + market.instrument.notional(priceTicks, check.restLots);
  },
  now: ({ risk }, quote) => risk!.openNotionalIn(quote),
  refusal: (check, value, limit) =>
    `With this order ${check.quoteText(value)} would be open, and the account may have ${check.quoteText(limit)} open.`,
};
