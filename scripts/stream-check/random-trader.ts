import { discrepancy } from '../crash/discrepancy.js';
import type { Random } from '../crash/random.js';
import type { RestClient } from '../crash/rest-client.js';

/** A market as traders see it. */
export interface TradedMarket {
  readonly symbol: string;
  readonly tickDecimals: number;
  /** Quantities are a few of these. */
  readonly quantity: number;
  readonly quantityDecimals: number;
  /** Where the book is, by the stream; absent while it is not known. */
  middle(): number | undefined;
}

export interface TraderCounts {
  orders: number;
  filled: number;
  rested: number;
  canceled: number;
  refused: number;
}

/** Orders that a trader leaves in the book at most: the book stays within what REST can show at once. */
const restingMax = 120;
/** Prices lie on so many steps, so that orders meet at the same price. */
const priceSteps = 60;
/** Together they reach so far from the middle, as a part of the price. */
const reach = 0.003;

/** Somebody who does what comes to mind: orders that wait, orders that cross, cancels. */
export class RandomTrader {
  private readonly resting: string[] = [];

  constructor(
    private readonly accountId: string,
    private readonly markets: readonly TradedMarket[],
    private readonly client: RestClient,
    private readonly random: Random,
    private readonly counts: TraderCounts,
  ) {}

  async act(): Promise<void> {
    const choice = this.random.next();
    if (this.resting.length >= restingMax || (choice < 0.25 && this.resting.length > 0)) await this.cancel();
    else await this.place(choice);
  }

  private async place(choice: number): Promise<void> {
    const market = this.random.pick(this.markets);
    const middle = market.middle();
    if (middle === undefined) return;
    const side = this.random.pick(['BUY', 'SELL']);
    const quantity = (market.quantity * this.random.between(1, 40)).toFixed(market.quantityDecimals);
    const order = { accountId: this.accountId, symbol: market.symbol, side, quantity };
    const body = choice < 0.45 ? { ...order, type: 'MARKET' } : { ...order, ...this.limit(market, middle, side) };
    const answer = await this.client.send({ method: 'POST', path: '/api/v1/orders', body });
    if (answer?.status === 422) this.counts.refused += 1;
    else if (answer?.status !== 201) throw discrepancy('an order was not answered', 'an order', answer);
    else this.placed(answer.body);
  }

  /** Most stand on their own side of the middle and wait; the others cross it. */
  private limit(market: TradedMarket, middle: number, side: string): object {
    const step = (middle * reach) / priceSteps;
    const steps = this.random.chance(0.75) ? this.random.between(1, priceSteps) : -this.random.between(0, 6);
    const price = middle + (side === 'BUY' ? -steps : steps) * step;
    const onGrid = Math.round(price / step) * step;
    return { type: 'LIMIT', price: onGrid.toFixed(market.tickDecimals) };
  }

  private placed(order: { orderId: string; status: string }): void {
    this.counts.orders += 1;
    if (order.status === 'NEW' || order.status === 'PARTIALLY_FILLED') {
      this.counts.rested += 1;
      this.resting.push(order.orderId);
    } else {
      this.counts.filled += 1;
    }
  }

  private async cancel(): Promise<void> {
    const [orderId] = this.resting.splice(this.random.between(0, this.resting.length - 1), 1);
    const answer = await this.client.send({ method: 'DELETE', path: `/api/v1/orders/${orderId}` });
    // It may have been filled in the meantime.
    if (answer?.status === 200) this.counts.canceled += 1;
    else if (answer?.status !== 422) throw discrepancy('a cancel was not answered', 'an order', answer);
  }
}
