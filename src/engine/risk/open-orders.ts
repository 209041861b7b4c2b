import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

export const openOrders: RiskRule = ({ account, venue }) =>
  account.openOrders.size < venue.openOrdersMax
    ? undefined
    : reject(
        'OPEN_ORDERS_LIMIT',
        `The account has ${account.openOrders.size} open orders, as many as it may have; cancel one first.`,
      );
