import type { SelfTradePrevention, Side } from '../command.js';
import { feeOf, type Instrument } from '../instrument.js';
import type { Amount } from '../money.js';
import type { Quote } from './liquidity.js';
import { crosses, type Market, opposite } from './market.js';
import type { Order } from './order.js';

/** What an incoming order wants from the book. */
export interface Taker {
  readonly accountId: number;
  readonly side: Side;
  readonly limitTicks: number;
  readonly lots: number;
  /** Of an order by quote quantity: what a buy may cost, fees included, or a sell may bring, before fees. */
  readonly budget?: Amount;
  readonly selfTradePrevention: SelfTradePrevention;
}

/** A trade with a customer's order or with a level of the liquidity provider. */
export interface PlannedTrade {
  readonly ticks: number;
  readonly lots: number;
  readonly notional: Amount;
  readonly takerFee: Amount;
  readonly maker: Order | undefined;
  readonly liquidityLevel: number;
}

/** The taker's own resting order, which expires instead of trading with it. */
export interface PlannedExpiry {
  readonly expires: Order;
}

/** Why a plan ended: the taker has all it wanted, nothing is left within its limit, or it met its own order. */
export type PlanEnd = 'COMPLETE' | 'NO_MORE' | 'SELF_TRADE';

/**
 * What would happen to an incoming order if it were let in now. The risk rules look at the plan before
 * anything is changed; then it is carried out step by step, as it stands.
 */
export interface Plan {
  readonly steps: readonly (PlannedTrade | PlannedExpiry)[];
  readonly lots: number;
  readonly notional: Amount;
  readonly takerFee: Amount;
  readonly end: PlanEnd;
  /** The price of the last trade, 0 if there is none. */
  readonly lastTicks: number;
}

const nothing: Plan = { steps: [], lots: 0, notional: 0n, takerFee: 0n, end: 'NO_MORE', lastTicks: 0 };

/** Matches an incoming order by price and time, customers and liquidity provider alike, changing nothing. */
export function planMatch(market: Market, taker: Taker): Plan {
  const side = opposite(taker.side);
  const best = market.bestTicks(side);
  if (best === undefined || !crosses(taker.side, taker.limitTicks, best)) return nothing;

  const { instrument } = market;
  const steps: (PlannedTrade | PlannedExpiry)[] = [];
  let lots = 0;
  let notional = 0n;
  let takerFee = 0n;
  let lastTicks = 0;
  let order = market.book.best(side);
  let quote = market.liquidity.quote(side);
  let end: PlanEnd = 'COMPLETE';

  while (lots < taker.lots) {
    const maker = firstOf(taker.side, order, quote, market.liquidity.quotedAt);
    const ticks = maker?.priceTicks ?? quote?.ticks;
    if (ticks === undefined || !crosses(taker.side, taker.limitTicks, ticks)) {
      end = 'NO_MORE';
      break;
    }
    if (maker !== undefined && maker.account.accountId === taker.accountId) {
      if (taker.selfTradePrevention !== 'EXPIRE_TAKER') steps.push({ expires: maker });
      if (taker.selfTradePrevention !== 'EXPIRE_MAKER') {
        end = 'SELF_TRADE';
        break;
      }
      order = market.book.next(maker);
      continue;
    }
    const offered = maker?.remainingLots ?? quote!.lots;
    const affordable =
      taker.budget === undefined
        ? offered
        : lotsWithin(instrument, taker.side, ticks, budgetLeft(taker, notional, takerFee));
    const tradeLots = Math.min(taker.lots - lots, offered, affordable);
    if (tradeLots === 0) break;
    const trade = tradeAt(instrument, ticks, tradeLots, maker, quote?.level ?? 0);
    steps.push(trade);
    lots += tradeLots;
    notional += trade.notional;
    takerFee += trade.takerFee;
    lastTicks = ticks;
    if (tradeLots < offered) break;
    if (maker !== undefined) order = market.book.next(maker);
    else quote = market.liquidity.quote(side, quote!.level + 1);
  }
  return { steps, lots, notional, takerFee, end, lastTicks };
}

/**
 * The largest quantity at a price that fits a budget. For a buy the fee comes on top, rounded down, so
 * that a quantity fits exactly if its unrounded cost is less than the budget and one unit.
 */
export function lotsWithin(instrument: Instrument, side: Side, ticks: number, budget: Amount): number {
  const feePpm = side === 'BUY' ? instrument.takerFeePpm : 0n;
  const million = 1_000_000n;
  const lots = ((budget + 1n) * million - 1n) / (instrument.notional(ticks, 1) * (million + feePpm));
  return lots > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(lots);
}

/** What is left of a budget after what the plan has used of it. */
export function budgetLeft(taker: Taker, notional: Amount, takerFee: Amount): Amount {
  return taker.budget! - notional - (taker.side === 'BUY' ? takerFee : 0n);
}

/**
 * Who is filled first: the better price, and at the same price whoever was there first. A customer's
 * order has been there since it came to rest, the quotes since they came to their prices.
 */
function firstOf(
  takerSide: Side,
  order: Order | undefined,
  quote: Quote | undefined,
  quotedAt: number,
): Order | undefined {
  if (order === undefined || quote === undefined) return order;
  if (order.priceTicks === quote.ticks) return order.restedAt < quotedAt ? order : undefined;
  return crosses(takerSide, quote.ticks, order.priceTicks) ? order : undefined;
}

function tradeAt(
  instrument: Instrument,
  ticks: number,
  lots: number,
  maker: Order | undefined,
  liquidityLevel: number,
): PlannedTrade {
  const notional = instrument.notional(ticks, lots);
  return { ticks, lots, notional, takerFee: feeOf(notional, instrument.takerFeePpm), maker, liquidityLevel };
}
