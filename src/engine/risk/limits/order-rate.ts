import type { LimitRule } from './limit-rule.js';

/** How many orders are accepted in one second of the venue's time, from full second to full second. */
export const orderRate: LimitRule = {
  withOrder: ({ account, time }) => BigInt(account.risk!.ordersAt(time) + 1),
  now: ({ risk }, _, __, time) => BigInt(risk!.ordersAt(time)),
  refusal: (_, value, limit) =>
    `The order would be number ${value} within this second, and the account may place ${limit}.`,
};
