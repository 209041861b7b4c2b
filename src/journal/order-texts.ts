import type { OrderFault, PlaceOrder } from '../engine/command.js';
import type { Event, OrderPlaced, OrderTerms, TradeExecuted } from '../engine/event.js';
import type { BalanceAfter } from '../engine/ledger/balance-after.js';
import type { Amount } from '../engine/money.js';
import type { Origin } from './journal.js';

/*
 * What nearly every order leads to is kept without the names of its fields, as a list of JSON that begins with its
 * type: a record is half as long then, and made, hashed, kept and read in less time. What is absent is null, and
 * amounts are strings of digits. The spec of `record-codec.ts` finds out if a field is forgotten.
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

/** A command in such a list. */
export type PlaceOrderList = [type: 'PlaceOrder', fault: OrderFault | null, ...TermsList];

type OrderPlacedList = [
  type: 'OrderPlaced',
  orderId: number,
  quantityLots: number,
  priceTicks: number,
  hold: string,
  ...TermsList,
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

/** An event in such a list. */
export type EventList = OrderPlacedList | TradeExecutedList;

/** Where in these lists the ids of orders are, for whoever looks for them with SQL. */
export const orderIdPlaces = { OrderPlaced: [1], TradeExecuted: [6, 8] } as const;

export function placeOrderText(command: PlaceOrder): string {
  const fault = command.fault === undefined ? 'null' : JSON.stringify(command.fault);
  return `["PlaceOrder",${fault},${termsText(command)}]`;
}

export function placeOrderOf([type, fault, ...terms]: PlaceOrderList): PlaceOrder {
  const command = { type, ...termsOf(terms) };
  return fault === null ? command : { ...command, fault };
}

/** `undefined` for an event of any other type. */
export function orderEventText(event: Event): string | undefined {
  if (event.type === 'OrderPlaced') return orderPlacedText(event);
  if (event.type === 'TradeExecuted') return tradeExecutedText(event);
  return undefined;
}

export function orderEventOf(list: EventList): Event {
  return list[0] === 'OrderPlaced' ? orderPlacedOf(list) : tradeExecutedOf(list);
}

/** A list of `[accountId, asset, available, held]`. */
export function balancesText(balances: readonly BalanceAfter[]): string {
  let list = '';
  for (const { accountId, asset, available, held } of balances) {
    list += `${list === '' ? '' : ','}[${accountId},${quoted(asset)},"${available}","${held}"]`;
  }
  return `[${list}]`;
}

/** To the letter what `JSON.stringify` makes of it, in half of the time. */
export function originText({ transport, requestId, actor, traceId, faults, causedBy }: Origin): string {
  const request = requestId === undefined ? '' : `,"requestId":${quoted(requestId)}`;
  const who = actor === undefined ? '' : `,"actor":${quoted(actor)}`;
  const trace = traceId === undefined ? '' : `,"traceId":${quoted(traceId)}`;
  const struck = faults === undefined ? '' : `,"faults":${JSON.stringify(faults)}`;
  const cause = causedBy === undefined ? '' : `,"causedBy":${causedBy}`;
  return `{"transport":"${transport}"${request}${who}${trace}${struck}${cause}}`;
}

function orderPlacedText(event: OrderPlaced): string {
  const { orderId, quantityLots, priceTicks, hold } = event;
  return `["OrderPlaced",${orderId},${quantityLots},${priceTicks},"${hold}",${termsText(event)}]`;
}

function orderPlacedOf([type, orderId, quantityLots, priceTicks, hold, ...terms]: OrderPlacedList): OrderPlaced {
  return { type, orderId, ...termsOf(terms), quantityLots, priceTicks, hold: BigInt(hold) };
}

function tradeExecutedText(trade: TradeExecuted): string {
  return (
    `["TradeExecuted",${trade.tradeId},${quoted(trade.symbol)},${trade.priceTicks},${trade.quantityLots}` +
    `,"${trade.takerSide}",${trade.takerOrderId},${trade.takerAccountId},${trade.makerOrderId},${trade.makerAccountId}` +
    `,${trade.liquidityLevel ?? null},"${trade.notional}","${trade.takerFee}","${trade.makerFee}"]`
  );
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
function termsText(terms: Omit<OrderTerms, 'orderId'>): string {
  const { clientOrderId, quantity, quoteQuantity, price } = terms;
  const name = clientOrderId === undefined ? 'null' : quoted(clientOrderId);
  const what = `${quoted(terms.symbol)},"${terms.side}","${terms.orderType}","${terms.timeInForce}"`;
  const size = `${amountText(quantity)},${amountText(quoteQuantity)},${amountText(price)}`;
  return `${terms.accountId},${name},${what},${size},${terms.postOnly},"${terms.selfTradePrevention}"`;
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

function amountText(amount: Amount | undefined): string {
  return amount === undefined ? 'null' : `"${amount}"`;
}

/** As JSON. Looking at each character costs less than asking `JSON.stringify`. */
function quoted(text: string): string {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < space || code === quote || code === backslash || code >= firstSurrogate) return JSON.stringify(text);
  }
  return `"${text}"`;
}

const [space, quote, backslash, firstSurrogate] = [0x20, 0x22, 0x5c, 0xd800] as const;
