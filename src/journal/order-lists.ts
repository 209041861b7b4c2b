import type { OrderFault, PlaceOrder } from '../engine/command.js';
import type { Event, OrderPlaced, OrderTerms, TradeExecuted } from '../engine/event.js';
import type { Amount } from '../engine/money.js';

/*
 * What nearly every order leads to is kept without the names of its fields, as a list that begins with its type: a
 * record is half as long then, and made, hashed, kept and read in less time. What is absent is null, and amounts are
 * strings of digits. The spec of `record-codec.ts` finds out if a field is forgotten.
 */

type TermsList = [
  accountId: number,
  clientOrderId: string | null,
  symbol: string,
  side: OrderTerms['side'],
  orderType: OrderTerms['orderType'],
  timeInForce: OrderTerms['timeInForce'],
  quantity: string | null,
  quoteQuantity: string | null,
  price: string | null,
  postOnly: boolean,
  selfTradePrevention: OrderTerms['selfTradePrevention'],
];

export type PlaceOrderList = [type: 'PlaceOrder', terms: TermsList, fault?: OrderFault];

type OrderPlacedList = [
  type: 'OrderPlaced',
  orderId: number,
  quantityLots: number,
  priceTicks: number,
  hold: string,
  terms: TermsList,
];

type TradeExecutedList = [
  type: 'TradeExecuted',
  tradeId: number,
  symbol: string,
  priceTicks: number,
  quantityLots: number,
  takerSide: TradeExecuted['takerSide'],
  takerOrderId: number,
  takerAccountId: number,
  makerOrderId: number,
  makerAccountId: number,
  liquidityLevel: number | null,
  notional: string,
  takerFee: string,
  makerFee: string,
];

export type EventList = OrderPlacedList | TradeExecutedList;

/** Where in these lists the ids of orders are, for whoever looks for them with SQL. */
export const orderIdPlaces = { OrderPlaced: [1], TradeExecuted: [6, 8] } as const;

export function placeOrderList(command: PlaceOrder): PlaceOrderList {
  const { type, fault } = command;
  return fault === undefined ? [type, termsList(command)] : [type, termsList(command), fault];
}

export function placeOrderOf([type, terms, fault]: PlaceOrderList): PlaceOrder {
  const command = { type, ...termsOf(terms) };
  return fault === undefined ? command : { ...command, fault };
}

/** `undefined` for an event of any other type. */
export function eventList(event: Event): EventList | undefined {
  if (event.type === 'OrderPlaced') return orderPlacedList(event);
  if (event.type === 'TradeExecuted') return tradeExecutedList(event);
  return undefined;
}

export function eventOf(list: EventList): Event {
  return list[0] === 'OrderPlaced' ? orderPlacedOf(list) : tradeExecutedOf(list);
}

function orderPlacedList(event: OrderPlaced): OrderPlacedList {
  const { type, orderId, quantityLots, priceTicks, hold } = event;
  return [type, orderId, quantityLots, priceTicks, String(hold), termsList(event)];
}

function orderPlacedOf([type, orderId, quantityLots, priceTicks, hold, terms]: OrderPlacedList): OrderPlaced {
  return { type, orderId, ...termsOf(terms), quantityLots, priceTicks, hold: BigInt(hold) };
}

function tradeExecutedList(trade: TradeExecuted): TradeExecutedList {
  return [
    trade.type,
    trade.tradeId,
    trade.symbol,
    trade.priceTicks,
    trade.quantityLots,
    trade.takerSide,
    trade.takerOrderId,
    trade.takerAccountId,
    trade.makerOrderId,
    trade.makerAccountId,
    trade.liquidityLevel ?? null,
    String(trade.notional),
    String(trade.takerFee),
    String(trade.makerFee),
  ];
}

function tradeExecutedOf(list: TradeExecutedList): TradeExecuted {
  const [type, tradeId, symbol, priceTicks, quantityLots, takerSide, takerOrderId, takerAccountId] = list;
  const [makerOrderId, makerAccountId, liquidityLevel] = [list[8], list[9], list[10]];
  const trade = {
    ...{ type, tradeId, symbol, priceTicks, quantityLots, takerSide },
    ...{ takerOrderId, takerAccountId, makerOrderId, makerAccountId },
    ...{ notional: BigInt(list[11]), takerFee: BigInt(list[12]), makerFee: BigInt(list[13]) },
  };
  return liquidityLevel === null ? trade : { ...trade, liquidityLevel };
}

/** A command and the event of its order have the same terms. */
function termsList(terms: Omit<OrderTerms, 'orderId'>): TermsList {
  return [
    terms.accountId,
    terms.clientOrderId ?? null,
    terms.symbol,
    terms.side,
    terms.orderType,
    terms.timeInForce,
    digitsOf(terms.quantity),
    digitsOf(terms.quoteQuantity),
    digitsOf(terms.price),
    terms.postOnly,
    terms.selfTradePrevention,
  ];
}

function termsOf(list: TermsList): Omit<OrderTerms, 'orderId'> {
  const [accountId, clientOrderId, symbol, side, orderType, timeInForce, quantity, quoteQuantity, price] = list;
  const [postOnly, selfTradePrevention] = [list[9], list[10]];
  return {
    ...{ accountId, symbol, side, orderType, timeInForce, postOnly, selfTradePrevention },
    ...(clientOrderId !== null && { clientOrderId }),
    ...(quantity !== null && { quantity: BigInt(quantity) }),
    ...(quoteQuantity !== null && { quoteQuantity: BigInt(quoteQuantity) }),
    ...(price !== null && { price: BigInt(price) }),
  };
}

function digitsOf(amount: Amount | undefined): string | null {
  return amount === undefined ? null : String(amount);
}
