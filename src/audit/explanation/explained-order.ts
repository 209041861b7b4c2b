import { formatId } from '../../engine/ids.js';
import type { OrderRow } from '../../journal/queries.js';
import type { PublicWords } from '../public-words.js';
import type { ExplainedOrderView } from './explanation-view.js';

export function explainedOrder(order: OrderRow, words: PublicWords): ExplainedOrderView {
  const { clientOrderId, symbol, side, orderType, timeInForce, status, quoteQuantity, price } = order;
  const { base, quote } = words.instrument(symbol);
  return {
    orderId: formatId('ord', order.orderId),
    accountId: formatId('acc', order.accountId),
    ...{ clientOrderId, symbol, side, type: orderType, timeInForce, status },
    quantity: words.amount(base, order.quantity),
    quoteQuantity: quoteQuantity === undefined ? undefined : words.amount(quote, quoteQuantity),
    price: price === undefined ? undefined : words.amount(quote, price),
    filledQuantity: words.amount(base, order.filledQuantity),
  };
}

/** What became of an order, in a sentence. */
export function conclusionOf(order: OrderRow, words: PublicWords): string {
  const { status, side, symbol, quantity, filledQuantity, filledNotional, rejectReason } = order;
  const { base, quote } = words.instrument(symbol);
  if (status === 'REJECTED') return `Rejected: ${rejectReason}`;
  const asked = `${words.amount(base, quantity)} ${base}`;
  const filled = `${words.amount(base, filledQuantity)} ${base}`;
  const worth = `${words.amount(quote, filledNotional)} ${quote}`;
  const verb = side === 'BUY' ? 'bought' : 'sold';
  if (status === 'FILLED') return `Filled: it ${verb} ${filled} for ${worth}.`;
  const isOpen = status === 'NEW' || status === 'PARTIALLY_FILLED';
  const none = isOpen ? 'nothing of it is filled yet' : 'nothing of it was filled';
  const part = filledQuantity === 0n ? none : `${filled} of ${asked} was ${verb} for ${worth}`;
  return `${conclusions[status]}: ${part}${isOpen && filledQuantity > 0n ? ' so far' : ''}.`;
}

const conclusions = {
  NEW: 'Open',
  PARTIALLY_FILLED: 'Open',
  CANCELED: 'Canceled',
  EXPIRED: 'Expired',
} as const;
