import { isDeepStrictEqual } from 'node:util';
import { discrepancy } from './discrepancy.js';

export interface Fill {
  readonly tradeId: string;
  readonly price: string;
  readonly quantity: string;
  readonly fee: string;
}

/** An order as the server shows it; there is more in it than is named here, and all of it is compared. */
export interface OrderView {
  readonly orderId: string;
  readonly clientOrderId: string | null;
  readonly accountId: string;
  readonly side: 'BUY' | 'SELL';
  readonly status: string;
  readonly rejectCode?: string;
  readonly fills: readonly Fill[];
}

/** What may change while an order is open. */
const changing = new Set(['status', 'filledQuantity', 'remainingQuantity', 'averagePrice', 'fills', 'updatedAt']);

export function isOpen({ status }: OrderView): boolean {
  return status === 'NEW' || status === 'PARTIALLY_FILLED';
}

/** Throws unless `found` is what an order that was once shown as `promised` may have become. */
export function assertFollows(promised: OrderView, found: OrderView): void {
  const fills = found.fills.slice(0, promised.fills.length);
  const possible = isOpen(promised)
    ? isDeepStrictEqual(fixedPart(promised), fixedPart(found)) &&
      isDeepStrictEqual(promised.fills, fills) &&
      found.status !== 'REJECTED' &&
      !(found.status === 'NEW' && found.fills.length > 0)
    : isDeepStrictEqual(promised, found);
  if (!possible) throw discrepancy(`order ${promised.orderId} is not what was acknowledged`, promised, found);
}

function fixedPart(order: OrderView): object {
  return Object.fromEntries(Object.entries(order).filter(([field]) => !changing.has(field)));
}
