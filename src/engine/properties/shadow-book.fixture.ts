import type { OrderPlaced, TradeExecuted } from '../event.js';
import type { Exchange } from '../exchange.js';
import type { MarketDefinition } from '../instrument.js';

/** What the shadow remembers of an open order, in units of its assets. */
export interface OpenOrder {
  readonly placed: OrderPlaced;
  readonly market: MarketDefinition;
  readonly price: bigint;
  remaining: bigint;
  filled: bigint;
  /** What it has cost a buyer, fees included, or brought a seller, before fees. */
  worth: bigint;
  resting: boolean;
  /** A fault has it wait, accepted and not matched. */
  waiting: boolean;
  /** The record in which it came to rest: its place in time. */
  restedAt: number;
  /** So much of it a fault lets be filled at once. */
  readonly servedMax: bigint | undefined;
}

export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`);
}

export const ppm = (amount: bigint, feePpm: number) => (amount * BigInt(feePpm)) / 1_000_000n;

/** The queues as the auditor sees them: who could trade with whom, and who was next in line. */
export class ShadowBook {
  readonly orders = new Map<number, OpenOrder>();
  /** The reference price of each market, and the sequence since when the quotes have stood around it. */
  readonly references = new Map<string, { ticks: number; since: number }>();
  markets: readonly MarketDefinition[] = [];

  constructor(
    private readonly exchange: Exchange,
    private readonly count: (what: string) => void,
    private readonly bandOf: (accountId: number) => number,
  ) {}

  market(symbol: string): MarketDefinition {
    return this.markets.find((market) => market.symbol === symbol)!;
  }

  /** Nobody was passed over: no resting order had a better price, or the same price for longer, than the one filled. */
  checkPriority({ symbol, takerSide, makerOrderId, takerOrderId, priceTicks }: TradeExecuted): void {
    const market = this.market(symbol);
    const price = BigInt(priceTicks) * market.tickSize;
    const since = makerOrderId === 0 ? this.references.get(symbol)!.since : this.orders.get(makerOrderId)!.restedAt;
    for (const [orderId, order] of this.orders) {
      if (!order.resting || orderId === makerOrderId || order.remaining === 0n) continue;
      if (order.placed.symbol !== symbol || order.placed.side === takerSide) continue;
      const better = takerSide === 'BUY' ? order.price < price : order.price > price;
      demand(!better, `order ${orderId} had the better price`);
      demand(order.price !== price || order.restedAt > since, `order ${orderId} was there first`);
      if (order.price === price) this.count(makerOrderId === 0 ? 'tie with quotes' : 'tie of customers');
    }
    if (takerOrderId === 0) return;
    const quote = this.exchange.market(symbol)!.liquidity.quote(takerSide === 'BUY' ? 'SELL' : 'BUY');
    const better = quote !== undefined && (takerSide === 'BUY' ? quote.ticks < priceTicks : quote.ticks > priceTicks);
    demand(!better, 'no quote had the better price');
  }

  /** The best price of a side, customers and quotes together, in ticks. */
  best(symbol: string, side: 'BUY' | 'SELL'): number | undefined {
    const { tickSize } = this.market(symbol);
    const prices = [...this.orders.values()]
      .filter(({ placed, resting }) => resting && placed.symbol === symbol && placed.side === side)
      .map(({ price }) => Number(price / tickSize));
    const quote = this.exchange.market(symbol)!.liquidity.quote(side);
    if (quote !== undefined) prices.push(quote.ticks);
    if (prices.length === 0) return undefined;
    return side === 'BUY' ? Math.max(...prices) : Math.min(...prices);
  }

  /** How far an order may reach, in ticks: its limit, or the collar around the reference price. */
  reach({ placed, market, price }: Pick<OpenOrder, 'placed' | 'market' | 'price'>): number {
    if (placed.orderType === 'LIMIT') return Number(price / market.tickSize);
    const reference = this.references.get(placed.symbol)?.ticks;
    const sign = placed.side === 'BUY' ? 1 : -1;
    if (reference === undefined) return sign * Infinity;
    const collarBps = Math.min(this.market(placed.symbol).collarBps, this.bandOf(placed.accountId));
    const edge = (reference * (10_000 + sign * collarBps)) / 10_000;
    return placed.side === 'BUY' ? Math.floor(edge) : Math.ceil(edge);
  }

  checkNothingLeft(order: OpenOrder): void {
    const { side, symbol } = order.placed;
    const best = this.best(symbol, side === 'BUY' ? 'SELL' : 'BUY');
    const isWithin = best !== undefined && (side === 'BUY' ? best <= this.reach(order) : best >= this.reach(order));
    demand(!isWithin, 'an order expires when nothing is left within its reach');
  }

  /** A killed order could really not have been filled: what it reaches before it meets its own orders is not enough. */
  checkKill({ placed, price, market, remaining }: OpenOrder): void {
    const side = placed.side === 'BUY' ? 'SELL' : 'BUY';
    const { liquidity } = this.exchange.market(placed.symbol)!;
    const rows: { price: bigint; since: number; own: boolean; quantity: bigint }[] = [];
    for (const order of this.orders.values()) {
      if (!order.resting || order.placed.symbol !== placed.symbol || order.placed.side !== side) continue;
      const own = order.placed.accountId === placed.accountId;
      rows.push({ price: order.price, since: order.restedAt, own, quantity: order.remaining });
    }
    for (let quote = liquidity.quote(side); quote !== undefined; quote = liquidity.quote(side, quote.level + 1)) {
      const quantity = quote.lots === Infinity ? remaining : BigInt(quote.lots) * market.lotSize;
      rows.push({ price: BigInt(quote.ticks) * market.tickSize, since: liquidity.quotedAt, own: false, quantity });
    }
    const sign = placed.side === 'BUY' ? 1n : -1n;
    rows.sort((a, b) => Number(sign * (a.price - b.price)) || a.since - b.since);
    let reached = 0n;
    for (const row of rows) {
      if (sign * (row.price - price) > 0n) break;
      if (!row.own) reached += row.quantity;
      else if (placed.selfTradePrevention !== 'EXPIRE_MAKER') break;
    }
    demand(reached < remaining, 'an order is killed only if it could not be filled');
  }
}
