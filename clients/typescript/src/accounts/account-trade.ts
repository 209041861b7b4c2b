import type { Fill } from '../orders/order.js';
import type { Side } from '../words.js';

/** One side of a trade: the account's own. */
export interface AccountTrade extends Fill {
  readonly orderId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: Side;
}
