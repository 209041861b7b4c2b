import type { LimitRule } from './limit-rule.js';

/** What one order may be worth, in the quote asset of its market. */
export const orderNotional: LimitRule = {
  withOrder: (check, quote) => (check.market.instrument.quote === quote ? check.worth : undefined),
  refusal: (check, value, limit) =>
    `The order could be worth ${check.quoteText(value)}, and the account's largest order is ${check.quoteText(limit)}.`,
};
