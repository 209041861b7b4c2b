import type { MovePrices, ReferencePrice } from '../engine/command.js';
import type { Exchange } from '../engine/exchange.js';
import type { Origin } from '../journal/journal.js';
import type { PriceSource } from './price-source/price-source.js';
import type { Receipt } from './receipt.js';

const origin: Origin = { transport: 'SYSTEM' };

/** The beats of a venue's price source. A beat that would change nothing is left out of the journal. */
export class PriceFeed {
  private timer: NodeJS.Timeout | undefined = undefined;
  private next: number | undefined = undefined;

  constructor(
    private readonly source: PriceSource,
    private readonly beatMs: number,
    private readonly exchange: () => Exchange,
    private readonly submit: (command: MovePrices, origin: Origin) => Promise<Receipt>,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.beat().catch(() => undefined);
    }, this.beatMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The next beat; it rejects, and its prices are passed by, while the venue takes no commands. */
  async beat(): Promise<void> {
    const exchange = this.exchange();
    const beat = Math.max(this.next ?? 0, exchange.state.beat + 1);
    this.next = beat + 1;
    const prices = this.source.pricesAt(beat).map((price) => standing(countable(price, exchange), exchange));
    if (changesNothing(exchange, prices)) return;
    await this.submit({ type: 'MovePrices', beat, prices }, origin);
  }
}

/** A price beyond the highest of its market would have the whole beat refused, and so keep all other prices out. */
function countable(price: ReferencePrice, exchange: Exchange): ReferencePrice {
  const { maxTicks = price.priceTicks } = exchange.market(price.symbol)?.instrument ?? {};
  return price.priceTicks > maxTicks ? { ...price, priceTicks: maxTicks } : price;
}

/** A stale price moves nothing: what the market has stands, and it is the start only where there is none. */
function standing(price: ReferencePrice, exchange: Exchange): ReferencePrice {
  const referenceTicks = exchange.market(price.symbol)?.referenceTicks ?? 0;
  return price.stale && referenceTicks > 0 ? { ...price, priceTicks: referenceTicks } : price;
}

function isKnown({ symbol, priceTicks, stale }: ReferencePrice, exchange: Exchange): boolean {
  const market = exchange.market(symbol);
  return market?.referenceTicks === priceTicks && (market.staleSince !== undefined) === (stale === true);
}

function changesNothing(exchange: Exchange, prices: readonly ReferencePrice[]): boolean {
  return (
    prices.every((price) => isKnown(price, exchange)) &&
    [...exchange.markets.values()].every((market) => market.liquidity.isFull)
  );
}
