import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

/** Only an order that may rest in the book can become one more open order. */
export const openOrders: RiskRule = ({ command, account, venue }) =>
  command.timeInForce !== 'GTC' || account.openOrders.size < venue.openOrdersMax
    ? undefined
    : reject(
        'OPEN_ORDERS_LIMIT',
        `The account has ${account.openOrders.size} open orders, as many as it may have; cancel one first.`,
      );
