import type { Account } from '../../ledger/account.js';
import type { Order } from '../../matching/order.js';
import type { Amount } from '../../money.js';
import { keyOfLimit, type RiskLevel, type RiskLimit } from './risk-limit.js';

/** An account's limits, and what has to be remembered to know how far each of them is used. */
export class AccountRisk {
  /** By `keyOfLimit`, without those that are NORMAL. */
  readonly levels = new Map<string, RiskLevel>();
  /** What the account's assets have cost in a quote asset today (see `day-result.ts`), of those with a DAILY_LOSS. */
  readonly costs = new Map<string, Amount>();
  /** The second since 1970 that `ordersInSecond` counts the accepted orders of. */
  second = 0;
  ordersInSecond = 0;
  readonly priceBandBps: number | undefined;
  /** What open orders could bring, by asset, and what they are worth at their prices, by quote asset. */
  private readonly incoming = new Map<string, Amount>();
  private readonly openNotional = new Map<string, Amount>();

  constructor(
    readonly limits: readonly RiskLimit[],
    readonly warnAtPercent: number,
    { openOrders }: Account,
  ) {
    const band = limits.find(({ kind }) => kind === 'PRICE_BAND');
    this.priceBandBps = band && Number(band.limit);
    for (const order of openOrders.values()) this.orderChanged(order, order.remainingLots);
  }

  level(limit: RiskLimit): RiskLevel {
    return this.levels.get(keyOfLimit(limit)) ?? 'NORMAL';
  }

  setLevel(limit: RiskLimit, level: RiskLevel): void {
    if (level === 'NORMAL') this.levels.delete(keyOfLimit(limit));
    else this.levels.set(keyOfLimit(limit), level);
  }

  countOrder(time: number): void {
    this.ordersInSecond = this.ordersAt(time) + 1;
    this.second = secondOf(time);
  }

  /** How many orders were accepted in the second of the venue's time that a moment is in. */
  ordersAt(time: number): number {
    return this.second === secondOf(time) ? this.ordersInSecond : 0;
  }

  /** So many lots more of an order are open, or fewer. Market orders have no price: one that a fault has wait is worth nothing here. */
  orderChanged({ instrument, side, priceTicks }: Order, lots: number): void {
    const { base, quote } = instrument;
    const notional = instrument.notional(priceTicks, lots);
    add(this.openNotional, quote, notional);
    if (side === 'BUY') add(this.incoming, base, instrument.quantity(lots));
    else add(this.incoming, quote, notional);
  }

  incomingOf(asset: string): Amount {
    return this.incoming.get(asset) ?? 0n;
  }

  openNotionalIn(quote: string): Amount {
    return this.openNotional.get(quote) ?? 0n;
  }
}

function secondOf(time: number): number {
  return Math.floor(time / 1_000);
}

function add(sums: Map<string, Amount>, asset: string, amount: Amount): void {
  sums.set(asset, (sums.get(asset) ?? 0n) + amount);
}
