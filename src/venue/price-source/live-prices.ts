import type { ReferencePrice } from '../../engine/command.js';
import type { PricedMarket, PriceSource } from './price-source.js';
import { ticksOfNumber } from './ticks.js';

/** What becomes of a price that came in. */
export type Reception = 'TAKEN' | 'UNKNOWN_MARKET' | 'NO_PRICE';

export interface LivePricesOptions {
  /** How long a price stays good without a new one, in milliseconds. */
  readonly staleMs: number;
  /** Milliseconds since some moment; it must not jump when somebody sets the clock. */
  readonly now?: () => number;
}

interface Heard {
  readonly priceTicks: number;
  readonly at: number;
}

/**
 * Prices that come in from outside, at any time: what is newest at a beat is the price of that beat. It is no
 * function of the beat's number, so beats are not the same after a restart; what they were is in the journal.
 *
 * A market that nothing new was heard of for too long is stale. Its price is the last one that came in or, if
 * there never was one, the one that it starts from.
 */
export class LivePrices implements PriceSource {
  private readonly markets: ReadonlyMap<string, PricedMarket>;
  private readonly heard = new Map<string, Heard>();
  private readonly staleMs: number;
  private readonly now: () => number;

  constructor(markets: readonly PricedMarket[], { staleMs, now = () => performance.now() }: LivePricesOptions) {
    this.markets = new Map(markets.map((market) => [market.instrument.symbol, market]));
    this.staleMs = staleMs;
    this.now = now;
  }

  get symbols(): readonly string[] {
    return [...this.markets.keys()];
  }

  /** Takes a price in the quote asset for one whole base asset; here it is rounded to the tick, once, half a tick upwards. */
  receive(symbol: string, price: number): Reception {
    const market = this.markets.get(symbol);
    if (market === undefined) return 'UNKNOWN_MARKET';
    const priceTicks = ticksOfNumber(price, market.instrument);
    if (priceTicks === undefined) return 'NO_PRICE';
    this.heard.set(symbol, { priceTicks, at: this.now() });
    return 'TAKEN';
  }

  pricesAt(_beat: number): readonly ReferencePrice[] {
    return [...this.markets.values()].map(({ instrument: { symbol }, initialTicks }) => {
      const priceTicks = this.heard.get(symbol)?.priceTicks ?? initialTicks;
      return this.isStale(symbol) ? { symbol, priceTicks, stale: true } : { symbol, priceTicks };
    });
  }

  /** The markets that nothing new was heard of for too long. */
  staleSymbols(): readonly string[] {
    return this.symbols.filter((symbol) => this.isStale(symbol));
  }

  private isStale(symbol: string): boolean {
    const heard = this.heard.get(symbol);
    return heard === undefined || this.now() - heard.at > this.staleMs;
  }
}
