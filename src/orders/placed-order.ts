import type { Event, OrderPlaced, OrderRejected, OrderTerms, TradeExecuted } from '../engine/event.js';
import type { Instrument } from '../engine/instrument.js';
import type { FillRow, OrderRow, OrderStatus } from '../journal/queries.js';

/** The order that a PlaceOrder's events made of it: what the read model says once they are durable, without asking it. */
export function placedOrder(events: readonly Event[], time: number, instrument: Instrument): OrderRow {
  const [first] = events;
  if (first?.type === 'OrderRejected') return rejectedOrder(first, time);
  if (first?.type !== 'OrderPlaced') throw new TypeError('an order begins with OrderPlaced or OrderRejected');
  const fills: FillRow[] = [];
  let filledLots = 0;
  let filledNotional = 0n;
  let expired = false;
  // One walk instead of a list and a closure for each of these: every order that is answered passes here.
  for (const event of events) {
    if (event.type === 'TradeExecuted') {
      fills.push(takerFill(event, first, time, instrument));
      filledLots += event.quantityLots;
      filledNotional += event.notional;
    } else if (event.type === 'OrderExpired' && event.orderId === first.orderId) {
      expired = true;
    }
  }
  return {
    ...termsOf(first),
    status: expired ? 'EXPIRED' : statusOf(first.quantityLots, filledLots),
    quantity: instrument.quantity(first.quantityLots),
    filledQuantity: instrument.quantity(filledLots),
    filledNotional,
    fills,
    createdAt: time,
    updatedAt: time,
  };
}

function statusOf(lots: number, filledLots: number): OrderStatus {
  if (filledLots === lots) return 'FILLED';
  return filledLots > 0 ? 'PARTIALLY_FILLED' : 'NEW';
}

function rejectedOrder(event: OrderRejected, time: number): OrderRow {
  return {
    ...termsOf(event),
    status: 'REJECTED',
    quantity: event.quantity ?? 0n,
    filledQuantity: 0n,
    filledNotional: 0n,
    fills: [],
    rejectCode: event.rejectCode,
    rejectReason: event.reason,
    createdAt: time,
    updatedAt: time,
  };
}

function takerFill(
  trade: TradeExecuted,
  { orderId, accountId, side }: OrderPlaced,
  time: number,
  of: Instrument,
): FillRow {
  return {
    tradeId: trade.tradeId,
    orderId,
    accountId,
    symbol: trade.symbol,
    side,
    price: of.price(trade.priceTicks),
    quantity: of.quantity(trade.quantityLots),
    fee: trade.takerFee,
    liquidity: 'TAKER',
    executedAt: time,
  };
}

function termsOf(event: OrderTerms): OrderTerms {
  return {
    orderId: event.orderId,
    accountId: event.accountId,
    clientOrderId: event.clientOrderId,
    symbol: event.symbol,
    side: event.side,
    orderType: event.orderType,
    timeInForce: event.timeInForce,
    quantity: event.quantity,
    quoteQuantity: event.quoteQuantity,
    price: event.price,
    postOnly: event.postOnly,
    selfTradePrevention: event.selfTradePrevention,
  };
}
