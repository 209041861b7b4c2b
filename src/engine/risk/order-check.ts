import type { PlaceOrder } from '../command.js';
import type { VenueDefinition } from '../instrument.js';
import type { Account } from '../ledger/account.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Market } from '../matching/market.js';
import { budgetLeft, lotsWithin, type Plan, planMatch, type Taker } from '../matching/match.js';
import { worstCost } from '../matching/order.js';
import { type Amount, formatDecimal } from '../money.js';
import type { Reject } from '../reject.js';
import type { State } from '../state.js';

/** One rule that an order has to pass; it answers why not, with the numbers. Rules change nothing. */
export type RiskRule = (check: OrderCheck) => Reject | undefined;

/**
 * An order under examination: what was asked, by whom, where, and what follows from it. The plan is made
 * when the first rule asks for it, after the rules that make sure that it can be made.
 */
export class OrderCheck {
  private planned: Plan | undefined = undefined;
  private reckonedHold: Amount | undefined = undefined;
  readonly ledger: Ledger;
  readonly venue: VenueDefinition;
  readonly taker: Taker;
  /** The limit in ticks; 0 for a market order. */
  readonly priceTicks: number;

  constructor(
    readonly command: PlaceOrder,
    readonly account: Account,
    readonly market: Market,
    readonly state: State,
    /** The venue's time, in milliseconds since 1970. */
    readonly time: number,
  ) {
    this.ledger = state.ledger;
    this.venue = state.venue!;
    const { instrument } = market;
    this.priceTicks = command.price === undefined ? 0 : Number(command.price) / instrument.tickSize;
    this.taker = {
      accountId: command.accountId,
      side: command.side,
      limitTicks: command.orderType === 'LIMIT' ? this.priceTicks : this.reachTicks,
      lots: command.quantity === undefined ? instrument.maxLots + 1 : Number(command.quantity) / instrument.lotSize,
      budget: command.quoteQuantity,
      selfTradePrevention: command.selfTradePrevention,
    };
  }

  get plan(): Plan {
    this.planned ??= planMatch(this.market, this.served);
    return this.planned;
  }

  /** What is matched of the order: a fault may let only a part of its quantity through. */
  private get served(): Taker {
    const { fault, quantity } = this.command;
    if (fault?.fillPercent === undefined || quantity === undefined) return this.taker;
    return { ...this.taker, lots: Math.floor((this.taker.lots * fault.fillPercent) / 100) };
  }

  /**
   * The order's size. An order by quote quantity is as large as what its budget buys or brings at the
   * prices of the book, and the part that the book cannot give at the last of them.
   */
  get lots(): number {
    if (this.command.quantity !== undefined) return this.taker.lots;
    const { lots, end, notional, takerFee, lastTicks } = this.plan;
    if (end === 'COMPLETE') return lots;
    const ticks = lastTicks || this.market.bestTicks(this.command.side === 'BUY' ? 'SELL' : 'BUY');
    if (ticks === undefined) return lots;
    const left = budgetLeft(this.taker, notional, takerFee);
    return lots + lotsWithin(this.market.instrument, this.command.side, ticks, left);
  }

  /**
   * Whether a fault has it wait before it is matched. What is counted in lots and may take is all that can wait: the
   * rest would need more to be remembered than an order has.
   */
  get waits(): boolean {
    const { fault, quantity, postOnly } = this.command;
    return fault?.matchAfterMs !== undefined && quantity !== undefined && !postOnly;
  }

  /** The lots that would be open after what is filled at once; of an order that waits, all of them. */
  get restLots(): number {
    const { command, plan, taker } = this;
    if (this.waits) return taker.lots;
    return command.timeInForce === 'GTC' && plan.end !== 'SELF_TRADE' ? taker.lots - plan.lots : 0;
  }

  /** How far a taker may reach: the collar around the reference price, or everything while there is none. */
  get collarTicks(): number {
    return this.ticksBeyond(this.market.instrument.definition.collarBps);
  }

  /** How far a market order reaches: to the collar, or to the account's own price band where that is tighter. */
  private get reachTicks(): number {
    const { collarBps } = this.market.instrument.definition;
    return this.ticksBeyond(Math.min(collarBps, this.account.risk?.priceBandBps ?? collarBps));
  }

  private ticksBeyond(bps: number): number {
    const { referenceTicks, instrument } = this.market;
    if (this.command.side === 'SELL') return Math.ceil((referenceTicks * (10_000 - bps)) / 10_000);
    if (referenceTicks === 0) return instrument.maxTicks;
    return Math.min(instrument.maxTicks, Math.floor((referenceTicks * (10_000 + bps)) / 10_000));
  }

  /** The asset that the order spends, and the most of it that it can spend: what it will hold. */
  get holdAsset(): string {
    return this.command.side === 'BUY' ? this.market.instrument.quote : this.market.instrument.base;
  }

  get hold(): Amount {
    this.reckonedHold ??= this.reckonHold();
    return this.reckonedHold;
  }

  private reckonHold(): Amount {
    const { command, plan, market } = this;
    const { instrument } = market;
    if (command.orderType === 'LIMIT') {
      const feePpm = command.postOnly ? instrument.makerFeePpm : instrument.maxFeePpm;
      return worstCost(instrument, command.side, this.priceTicks, this.taker.lots, feePpm);
    }
    if (command.side === 'SELL') return command.quantity ?? instrument.quantity(plan.lots);
    return command.quoteQuantity ?? plan.notional + plan.takerFee;
  }

  quantityText(lots: number): string {
    const { instrument } = this.market;
    return formatDecimal(instrument.quantity(lots), instrument.baseScale);
  }

  priceText(ticks: number): string {
    const { instrument } = this.market;
    return formatDecimal(instrument.price(ticks), instrument.quoteScale);
  }

  /** The most that its trades can be worth: a budget, or for a sale what buyers bid now and the limit for the rest. */
  get worth(): Amount {
    const { command, plan, taker, priceTicks } = this;
    if (command.quoteQuantity !== undefined) return command.quoteQuantity;
    if (command.orderType === 'MARKET') return plan.notional;
    const { instrument } = this.market;
    if (command.side === 'BUY') return instrument.notional(priceTicks, taker.lots);
    return plan.notional + instrument.notional(priceTicks, taker.lots - plan.lots);
  }

  amountText(amount: Amount, asset: string): string {
    const { scale } = this.venue.assets.find((listed) => listed.asset === asset)!;
    return `${formatDecimal(amount, scale)} ${asset}`;
  }

  quoteText(amount: Amount): string {
    return `${formatDecimal(amount, this.market.instrument.quoteScale)} ${this.market.instrument.quote}`;
  }
}
