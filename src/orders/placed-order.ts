import type { Event, OrderPlaced, OrderRejected, OrderTerms, TradeExecuted } from '../engine/event.js';
import type { Instrument } from '../engine/instrument.js';
import type { FillRow, OrderRow, OrderStatus } from '../journal/queries.js';

/** The order that a PlaceOrder's events made of it: what the read model says once they are durable, without asking it. */
export function placedOrder(events: readonly Event[], time: number, instrument: Instrument): OrderRow {
  const [first] = events;
  if (first?.type === 'OrderRejected') return rejectedOrder(first, time);
  if (first?.type !== 'OrderPlaced') throw new TypeError('an order begins with OrderPlaced or OrderRejected');
  const trades = events.filter((event) => event.type === 'TradeExecuted');
  const lots = trades.reduce((sum, trade) => sum + trade.quantityLots, 0);
  return {
    ...termsOf(first),
    status: statusOf(events, first, lots),
    quantity: instrument.quantity(first.quantityLots),
    filledQuantity: instrument.quantity(lots),
    filledNotional: trades.reduce((sum, trade) => sum + trade.notional, 0n),
    fills: trades.map((trade) => takerFill(trade, first, time, instrument)),
    createdAt: time,
    updatedAt: time,
  };
}

function statusOf(events: readonly Event[], { orderId, quantityLots }: OrderPlaced, filledLots: number): OrderStatus {
  if (events.some((event) => event.type === 'OrderExpired' && event.orderId === orderId)) return 'EXPIRED';
  if (filledLots === quantityLots) return 'FILLED';
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
