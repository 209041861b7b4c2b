import type { LimitRule } from './limit-rule.js';

/** What the open orders of all markets with one quote asset are worth together, both sides, each at its own price. */
export const openNotional: LimitRule = {
  withOrder(check, quote) {
    const { account, market, priceTicks } = check;
    if (market.instrument.quote !== quote || check.restLots === 0) return undefined;
    return account.risk!.openNotionalIn(quote) + market.instrument.notional(priceTicks, check.restLots);
  },
  now: ({ risk }, quote) => risk!.openNotionalIn(quote),
  refusal: (check, value, limit) =>
    `With this order ${check.quoteText(value)} would be open, and the account may have ${check.quoteText(limit)} open.`,
};
