import type { PlaceOrder } from '../engine/command.js';
import type { Event, OrderPlaced, OrderTerms, TradeExecuted } from '../engine/event.js';
import type { BalanceAfter } from '../engine/ledger/balance-after.js';
import type { Origin } from './journal.js';

/*
 * The JSON of what nearly every order leads to, put together field by field: to the letter what `JSON.stringify`
 * makes of it with its amounts as strings of digits, in half of the time. The fields stand in the order in which
 * the engine gives them. The spec of `record-codec.ts` finds out if one is forgotten.
 */

export function originText({ transport, requestId, actor, traceId, faults, causedBy }: Origin): string {
  const request = requestId === undefined ? '' : `,"requestId":${quoted(requestId)}`;
  const who = actor === undefined ? '' : `,"actor":${quoted(actor)}`;
  const trace = traceId === undefined ? '' : `,"traceId":${quoted(traceId)}`;
  const struck = faults === undefined ? '' : `,"faults":${JSON.stringify(faults)}`;
  const cause = causedBy === undefined ? '' : `,"causedBy":${causedBy}`;
  return `{"transport":"${transport}"${request}${who}${trace}${struck}${cause}}`;
}

export function placeOrderText(command: PlaceOrder): string {
  const fault = command.fault === undefined ? '' : `,"fault":${JSON.stringify(command.fault)}`;
  return `{"type":"PlaceOrder",${termsText(command)}${fault}}`;
}

/** `undefined` for an event of any other type. */
export function orderEventText(event: Event): string | undefined {
  if (event.type === 'OrderPlaced') return orderPlacedText(event);
  if (event.type === 'TradeExecuted') return tradeExecutedText(event);
  return undefined;
}

/** A list of `[accountId, asset, available, held]`. */
export function balancesText(balances: readonly BalanceAfter[]): string {
  let list = '';
  for (const { accountId, asset, available, held } of balances) {
    list += `${list === '' ? '' : ','}[${accountId},${quoted(asset)},"${available}","${held}"]`;
  }
  return `[${list}]`;
}

function orderPlacedText(event: OrderPlaced): string {
  const { orderId, quantityLots, priceTicks, hold } = event;
  const rest = `"quantityLots":${quantityLots},"priceTicks":${priceTicks},"hold":"${hold}"`;
  return `{"orderId":${orderId},${termsText(event)},"type":"OrderPlaced",${rest}}`;
}

function tradeExecutedText(trade: TradeExecuted): string {
  const { liquidityLevel } = trade;
  const level = liquidityLevel === undefined ? '' : `,"liquidityLevel":${liquidityLevel}`;
  return (
    `{"type":"TradeExecuted","tradeId":${trade.tradeId},"symbol":${quoted(trade.symbol)}` +
    `,"priceTicks":${trade.priceTicks},"quantityLots":${trade.quantityLots},"takerSide":"${trade.takerSide}"` +
    `,"takerOrderId":${trade.takerOrderId},"takerAccountId":${trade.takerAccountId}` +
    `,"makerOrderId":${trade.makerOrderId},"makerAccountId":${trade.makerAccountId}${level}` +
    `,"notional":"${trade.notional}","takerFee":"${trade.takerFee}","makerFee":"${trade.makerFee}"}`
  );
}

/** A command and the event of its order have the same terms. */
function termsText(terms: PlaceOrder | OrderTerms): string {
  const { clientOrderId, quantity, quoteQuantity, price } = terms;
  const name = clientOrderId === undefined ? '' : `,"clientOrderId":${quoted(clientOrderId)}`;
  const what = `"symbol":${quoted(terms.symbol)},"side":"${terms.side}","orderType":"${terms.orderType}"`;
  const base = quantity === undefined ? '' : `,"quantity":"${quantity}"`;
  const quote = quoteQuantity === undefined ? '' : `,"quoteQuantity":"${quoteQuantity}"`;
  const limit = price === undefined ? '' : `,"price":"${price}"`;
  const how = `"postOnly":${terms.postOnly},"selfTradePrevention":"${terms.selfTradePrevention}"`;
  return `"accountId":${terms.accountId}${name},${what},"timeInForce":"${terms.timeInForce}"${base}${quote}${limit},${how}`;
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
