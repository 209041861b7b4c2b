import { assertInvariant } from '../assert.js';
import type { CancelOrder, CancelOrders, PlaceOrder } from '../command.js';
import type { ExpiryReason, OrderTerms } from '../event.js';
import type { Decision } from '../exchange.js';
import { formatId, liquidityAccountId } from '../ids.js';
import { feeOf } from '../instrument.js';
import type { PlannedTrade } from '../matching/match.js';
import { worstCost } from '../matching/order.js';
import { type Reject, reject } from '../reject.js';
import { isForLimit } from '../risk/account-limits.js';
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
  const terms = termsOf(command, stamp.sequence);
  if (refusal !== undefined) {
    const breach = isForLimit(refusal) ? breachBy(check) : undefined;
    emit({ ...terms, type: 'OrderRejected', rejectCode: refusal.rejected, reason: refusal.reason });
    if (breach !== undefined) tellRefusal(account, breach, terms.orderId, decision);
    return refusal;
  }
  const passed = limitsPassedBy(check);
  carryOut(check, terms, decision);
  for (const reach of passed) tellPassed(account, reach, decision);
  return undefined;
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
  for (const order of [...state.ledger.account(accountId).openOrders.values()]) {
    if (symbol !== undefined && order.instrument.symbol !== symbol) continue;
    emit({ type: 'OrderCanceled', orderId: order.orderId, accountId, reason: cause });
  }
  if (cause !== undefined) emit({ type: 'CancelOnDisconnectDisarmed', accountId, symbol });
  return undefined;
}

/** Places the order, trades as planned, and puts what is left where it belongs: in the book, or nowhere. */
function carryOut(check: OrderCheck, terms: OrderTerms, { state, emit }: Decision): void {
  const { command, market, plan } = check;
  const { lots } = check;
  const killed = command.timeInForce === 'FOK' && plan.lots < lots;
  emit({ ...terms, type: 'OrderPlaced', quantityLots: lots, priceTicks: check.priceTicks, hold: check.hold });
  if (!killed) {
    for (const step of plan.steps) {
      if ('expires' in step) expire(step.expires.orderId, terms.accountId, 'SELF_TRADE_PREVENTION', emit);
      else trade(step, terms, state.tradeCount + 1, emit);
    }
  }
  const order = state.orders.get(terms.orderId);
  if (order === undefined) return;
  if (killed) expire(order.orderId, terms.accountId, 'FILL_OR_KILL', emit);
  else if (plan.end === 'SELF_TRADE') expire(order.orderId, terms.accountId, 'SELF_TRADE_PREVENTION', emit);
  else if (command.orderType === 'MARKET') expire(order.orderId, terms.accountId, 'NO_LIQUIDITY', emit);
  else if (command.timeInForce !== 'GTC') expire(order.orderId, terms.accountId, 'IMMEDIATE_OR_CANCEL', emit);
  // What rests must not cross the book, and the rest of an order that was filled in part by a fault would.
  else if (plan.end === 'COMPLETE') expire(order.orderId, terms.accountId, 'PARTIAL_FILL', emit);
  else {
    const { instrument } = market;
    assertInvariant(plan.end === 'NO_MORE' || plan.steps.length === 0, 'what rests does not cross the book');
    const { side, priceTicks, remainingLots } = order;
    const hold = worstCost(instrument, side, priceTicks, remainingLots, instrument.makerFeePpm);
    emit({ type: 'OrderRested', orderId: order.orderId, hold });
  }
}

function trade(
  { ticks, lots, notional, takerFee, maker, liquidityLevel }: PlannedTrade,
  { orderId, accountId, symbol, side }: OrderTerms,
  tradeId: number,
  emit: Decision['emit'],
): void {
  emit({
    type: 'TradeExecuted',
    tradeId,
    symbol,
    priceTicks: ticks,
    quantityLots: lots,
    takerSide: side,
    takerOrderId: orderId,
    takerAccountId: accountId,
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
