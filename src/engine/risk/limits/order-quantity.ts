import type { LimitRule } from './limit-rule.js';

/** How large one order may be in a market, in its base asset. */
export const orderQuantity: LimitRule = {
  withOrder({ market: { instrument }, lots }, symbol) {
    return instrument.symbol === symbol ? instrument.quantity(lots) : undefined;
  },
  refusal(check, value, limit, symbol) {
    const { base } = check.market.instrument;
    return (
      `The order is for ${check.amountText(value, base)}, ` +
      `and the account's largest order in ${symbol} is ${check.amountText(limit, base)}.`
    );
  },
};
