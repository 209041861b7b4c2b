import { assertInvariant } from '../assert.js';
import type { CancelOrder, CancelOrders, PlaceOrder, ReleaseOrder } from '../command.js';
import type { ExpiryReason, OrderTerms } from '../event.js';
import type { Decision } from '../exchange.js';
import { formatId, liquidityAccountId } from '../ids.js';
import { feeOf, type Instrument } from '../instrument.js';
import { type Plan, type PlannedTrade, planMatch } from '../matching/match.js';
import { type Order, worstCost } from '../matching/order.js';
import { type Reject, reject } from '../reject.js';
import { isForLimit } from '../risk/account-limits.js';
import { balanceLimit } from '../risk/balance-limit.js';
import { breachBy } from '../risk/limits/limit-rules.js';
import { limitsPassedBy, tellPassed, tellRefusal } from '../risk/limits/limit-survey.js';
import { OrderCheck } from '../risk/order-check.js';
import { refusalOf } from '../risk/rules.js';
import { accountNotFound } from './account-decisions.js';
import { unknownOrders } from './disconnect-decisions.js';

/** An order that breaks a rule is kept as REJECTED; one that names no account or market of ours is not kept. */
export function placeOrder(command: PlaceOrder, decision: Decision): Reject | undefined {
  const { state, stamp, emit } = decision;
  const account = state.ledger.accounts.get(command.accountId);
  if (account === undefined || account.mayOwe) return accountNotFound(command.accountId);
  const market = state.markets.get(command.symbol);
  if (market === undefined) {
    const listed = [...state.markets.keys()].join(', ');
    return reject('MARKET_NOT_FOUND', `There is no market ${command.symbol}; there are ${listed}.`);
  }
  const check = new OrderCheck(command, account, market, state, stamp.time);
  const refusal = refusalByFault(command) ?? refusalOf(check);
  const orderId = stamp.sequence;
  if (refusal !== undefined) {
    const breach = isForLimit(refusal) ? breachBy(check) : undefined;
    const terms = termsOf(command, orderId);
    emit({ ...terms, type: 'OrderRejected', rejectCode: refusal.rejected, reason: refusal.reason });
    if (breach !== undefined) tellRefusal(account, breach, orderId, decision);
    return refusal;
  }
  const passed = limitsPassedBy(check);
  carryOut(check, orderId, decision);
  for (const reach of passed) tellPassed(account, reach, decision);
  return undefined;
}

/** Matches an order that has waited since its acceptance, within what it holds. */
export function releaseOrder({ orderId }: ReleaseOrder, decision: Decision): Reject | undefined {
  const { state, stamp, emit } = decision;
  const order = state.orders.get(orderId);
  if (order === undefined || order.state !== 'WORKING') {
    return reject('ORDER_NOT_OPEN', `Order ${formatId('ord', orderId)} does not wait to be matched.`);
  }
  const { symbol } = order.instrument;
  const market = state.market(symbol);
  if (!market.trades(state.venue?.stalePrice)) return reject('MARKET_NOT_OPEN', `${symbol} does not trade now.`);
  const { accountId } = order.account;
  emit({ type: 'OrderReleased', orderId, accountId, symbol, side: order.side });
  if (costsMoreThanHeld(order, market.instrument)) {
    expire(orderId, accountId, 'HOLD_TOO_SMALL', emit);
    return undefined;
  }
  const check = new OrderCheck(asCommand(order), order.account, market, state, stamp.time);
  // Others may have filled the ledger since it was accepted.
  if (balanceLimit(check) !== undefined) {
    expire(orderId, accountId, 'BALANCE_LIMIT', emit);
    return undefined;
  }
  const { taker } = check;
  const isBudgeted = order.orderType === 'MARKET' && order.side === 'BUY';
  match(order, planMatch(market, isBudgeted ? { ...taker, budget: order.hold } : taker), decision);
  return undefined;
}

/** Of a limit order, whose hold is exact, with the fees of now; a market order is matched within its hold. */
function costsMoreThanHeld(order: Order, now: Instrument): boolean {
  const { orderType, side, priceTicks, remainingLots, hold } = order;
  return orderType === 'LIMIT' && worstCost(now, side, priceTicks, remainingLots, now.maxFeePpm) > hold;
}

/** The order as it would be placed now. */
function asCommand(order: Order): PlaceOrder {
  const { instrument, orderType, priceTicks, remainingLots } = order;
  return {
    type: 'PlaceOrder',
    accountId: order.account.accountId,
    symbol: instrument.symbol,
    side: order.side,
    orderType,
    timeInForce: order.timeInForce,
    quantity: instrument.quantity(remainingLots),
    price: orderType === 'LIMIT' ? instrument.price(priceTicks) : undefined,
    postOnly: false,
    selfTradePrevention: order.selfTradePrevention,
  };
}

export function cancelOrder({ orderId }: CancelOrder, { state, emit }: Decision): Reject | undefined {
  const order = state.orders.get(orderId);
  if (order === undefined) return reject('ORDER_NOT_OPEN', `Order ${formatId('ord', orderId)} is not open.`);
  emit({ type: 'OrderCanceled', orderId, accountId: order.account.accountId });
  return undefined;
}

export function cancelOrders(command: CancelOrders, decision: Decision): Reject | undefined {
  const { state, emit } = decision;
  const { accountId, symbol, cause } = command;
  const unknown = unknownOrders(command, decision);
  if (unknown !== undefined) return unknown;
  if (cause !== undefined && state.disconnectGuards.get(command) === undefined) return undefined;
  for (const order of state.ledger.account(accountId).openOrders.values()) {
    if (symbol !== undefined && order.instrument.symbol !== symbol) continue;
    emit({ type: 'OrderCanceled', orderId: order.orderId, accountId, reason: cause });
  }
  if (cause !== undefined) emit({ type: 'CancelOnDisconnectDisarmed', accountId, symbol });
  return undefined;
}

/** Places the order and has it matched, unless a fault has it wait for its release. */
function carryOut(check: OrderCheck, orderId: number, decision: Decision): void {
  const { command, plan, lots, priceTicks, hold } = check;
  // Every field by its name, as in `termsOf`: the event of every order is made here, and spread it takes twice as long.
  decision.emit({
    orderId,
    accountId: command.accountId,
    clientOrderId: command.clientOrderId,
    symbol: command.symbol,
    side: command.side,
    orderType: command.orderType,
    timeInForce: command.timeInForce,
    quantity: command.quantity,
    quoteQuantity: command.quoteQuantity,
    price: command.price,
    postOnly: command.postOnly,
    selfTradePrevention: command.selfTradePrevention,
    type: 'OrderPlaced',
    quantityLots: lots,
    priceTicks,
    hold,
  });
  if (!check.waits) match(decision.state.orders.get(orderId)!, plan, decision);
}

/** Trades as planned, and puts what is left where it belongs: in the book, or nowhere. */
function match(order: Order, plan: Plan, { state, emit }: Decision): void {
  const { orderId, instrument, orderType, timeInForce } = order;
  const { accountId } = order.account;
  const killed = timeInForce === 'FOK' && plan.lots < order.quantityLots;
  if (!killed) {
    for (const step of plan.steps) {
      if ('expires' in step) expire(step.expires.orderId, accountId, 'SELF_TRADE_PREVENTION', emit);
      else trade(step, order, state.tradeCount + 1, emit);
    }
  }
  if (!state.orders.has(orderId)) return;
  if (killed) expire(orderId, accountId, 'FILL_OR_KILL', emit);
  else if (plan.end === 'SELF_TRADE') expire(orderId, accountId, 'SELF_TRADE_PREVENTION', emit);
  else if (orderType === 'MARKET') expire(orderId, accountId, 'NO_LIQUIDITY', emit);
  else if (timeInForce !== 'GTC') expire(orderId, accountId, 'IMMEDIATE_OR_CANCEL', emit);
  // What rests must not cross the book, and the rest of an order that was filled in part by a fault would.
  else if (plan.end === 'COMPLETE') expire(orderId, accountId, 'PARTIAL_FILL', emit);
  else {
    assertInvariant(plan.end === 'NO_MORE' || plan.steps.length === 0, 'what rests does not cross the book');
    const hold = worstCost(instrument, order.side, order.priceTicks, order.remainingLots, order.makerFeePpm);
    emit({ type: 'OrderRested', orderId, hold });
  }
}

function trade(
  { ticks, lots, notional, takerFee, maker, liquidityLevel }: PlannedTrade,
  taker: Order,
  tradeId: number,
  emit: Decision['emit'],
): void {
  emit({
    type: 'TradeExecuted',
    tradeId,
    symbol: taker.instrument.symbol,
    priceTicks: ticks,
    quantityLots: lots,
    takerSide: taker.side,
    takerOrderId: taker.orderId,
    takerAccountId: taker.account.accountId,
    makerOrderId: maker?.orderId ?? 0,
    makerAccountId: maker?.account.accountId ?? liquidityAccountId,
    liquidityLevel: maker === undefined ? liquidityLevel : undefined,
    notional,
    takerFee,
    makerFee: maker === undefined ? 0n : feeOf(notional, maker.makerFeePpm),
  });
}

function expire(orderId: number, accountId: number, reason: ExpiryReason, emit: Decision['emit']): void {
  emit({ type: 'OrderExpired', orderId, accountId, reason });
}

function refusalByFault({ fault }: PlaceOrder): Reject | undefined {
  if (fault?.rejectCode === undefined) return undefined;
  return reject(fault.rejectCode, `The order is refused with ${fault.rejectCode} by a fault that is in force.`);
}

function termsOf(command: PlaceOrder, orderId: number): OrderTerms {
  return {
    orderId,
    accountId: command.accountId,
    clientOrderId: command.clientOrderId,
    symbol: command.symbol,
    side: command.side,
    orderType: command.orderType,
    timeInForce: command.timeInForce,
    quantity: command.quantity,
    quoteQuantity: command.quoteQuantity,
    price: command.price,
    postOnly: command.postOnly,
    selfTradePrevention: command.selfTradePrevention,
  };
}
