import { assertInvariant } from '../assert.js';
import type { PlaceOrder, Stamp } from '../command.js';
import type { Event } from '../event.js';
import type { Exchange } from '../exchange.js';
import type { Market } from '../matching/market.js';
import type { Order } from '../matching/order.js';
import { formatDecimal } from '../money.js';
import type { RejectCode } from '../reject.js';
import { OrderCheck } from './order-check.js';
import { type RuleNumber, ruleNumbers } from './rule-numbers.js';
import { namedRules, type RuleName } from './rules.js';

/** What a rule said of an order. NOT_CONCERNED: there is nothing in the order for it; NOT_ASKED: one before it had refused. */
export const ruleOutcomes = ['PASSED', 'REFUSED', 'NOT_CONCERNED', 'NOT_ASKED'] as const;

export interface JudgedRule {
  readonly rule: RuleName;
  readonly outcome: (typeof ruleOutcomes)[number];
  readonly numbers: readonly RuleNumber[];
  readonly rejectCode?: RejectCode;
  /** Why it refused, in a sentence. */
  readonly reason?: string;
}

/** The market as an order found it, in decimals; prices are of the quote asset. What there was not is absent. */
export interface MarketBefore {
  readonly referencePrice?: string;
  readonly bestBid?: string;
  readonly bestAsk?: string;
  /** What of the order could be filled at once, in the base asset; absent where a rule refused it. */
  readonly fillable?: string;
}

/** What was in front of an order at its own price when it came to rest, in decimals of the base asset. */
export interface QueuePosition {
  readonly price: string;
  readonly ordersAhead: number;
  readonly quantityAhead: string;
  /** What the liquidity provider quoted there; it came first. `unlimited` where it never runs dry, absent where it quoted nothing. */
  readonly quotedAhead?: string;
}

/** How an order stood when it was placed. Everything is text and number, so that it can go from thread to thread. */
export interface OrderJudgement {
  readonly market: MarketBefore;
  readonly rules: readonly JudgedRule[];
  /** Absent unless it came to rest at once. */
  readonly queue?: QueuePosition;
}

/**
 * Asks the rules once more about an order that was placed, of an exchange that stands right before its record, and
 * takes the exchange one record further. Nothing of this has to be kept with an order: it can be had again at any time.
 */
export function judgeOrder(
  exchange: Exchange,
  record: Stamp & { readonly command: PlaceOrder; readonly events: readonly Event[] },
): OrderJudgement {
  const { command, events, time, sequence } = record;
  const { state } = exchange;
  const market = state.market(command.symbol);
  const check = new OrderCheck(command, state.ledger.account(command.accountId), market, state, time);
  const rules = judgedRules(check);
  const before = marketBefore(market, rules.every(({ outcome }) => outcome !== 'REFUSED') ? check : undefined);
  exchange.apply(events, { sequence, time });
  const order = state.orders.get(sequence);
  return order?.state !== 'RESTING'
    ? { market: before, rules }
    : { market: before, rules, queue: queuePosition(order, state.market(command.symbol)) };
}

function judgedRules(check: OrderCheck): JudgedRule[] {
  let refused = false;
  return (Object.keys(namedRules) as RuleName[]).map((rule) => {
    if (refused) return { rule, outcome: 'NOT_ASKED', numbers: [] };
    const refusal = namedRules[rule](check);
    const numbers = ruleNumbers[rule](check);
    if (refusal === undefined) return { rule, outcome: numbers ? 'PASSED' : 'NOT_CONCERNED', numbers: numbers ?? [] };
    refused = true;
    return { rule, outcome: 'REFUSED', numbers: numbers ?? [], rejectCode: refusal.rejected, reason: refusal.reason };
  });
}

function marketBefore(market: Market, taken: OrderCheck | undefined): MarketBefore {
  const { instrument, referenceTicks } = market;
  const text = (ticks: number | undefined) =>
    ticks ? formatDecimal(instrument.price(ticks), instrument.quoteScale) : undefined;
  return {
    referencePrice: text(referenceTicks),
    bestBid: text(market.bestTicks('BUY')),
    bestAsk: text(market.bestTicks('SELL')),
    fillable: taken && formatDecimal(instrument.quantity(taken.plan.lots), instrument.baseScale),
  };
}

function queuePosition(order: Order, { instrument, liquidity, book }: Market): QueuePosition {
  const { side, priceTicks } = order;
  const quantity = (lots: number): string => formatDecimal(instrument.quantity(lots), instrument.baseScale);
  let ordersAhead = 0;
  for (let ahead = order.ahead; ahead !== undefined; ahead = ahead.ahead) ordersAhead += 1;
  // Whoever has just come to rest is the last one at its price.
  const lotsAhead = book.lotsAt(side, priceTicks) - order.remainingLots;
  assertInvariant(order.behind === undefined, 'an order comes to rest behind all others at its price');
  const quoted = liquidity.lotsAt(side, priceTicks);
  const position = {
    price: formatDecimal(instrument.price(priceTicks), instrument.quoteScale),
    ordersAhead,
    quantityAhead: quantity(lotsAhead),
  };
  if (quoted === 0) return position;
  return { ...position, quotedAhead: quoted === Infinity ? 'unlimited' : quantity(quoted) };
}
