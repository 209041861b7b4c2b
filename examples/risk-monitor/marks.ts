import { unitsOf, worthAt } from '../decimals.ts';
import type { Market } from './exchange-messages.ts';

/** The newest price of each market, and what assets are worth by them. */
export class Marks {
  private readonly valuation: string;
  private readonly markets: ReadonlyMap<string, Market>;
  private readonly prices = new Map<string, bigint>();

  constructor(valuation: string, markets: readonly Market[]) {
    this.valuation = valuation;
    this.markets = new Map(markets.map((market) => [market.symbol, market]));
  }

  market(symbol: string): Market | undefined {
    return this.markets.get(symbol);
  }

  mark(symbol: string, price: string): void {
    this.prices.set(symbol, unitsOf(price));
  }

  price(symbol: string): bigint | undefined {
    return this.prices.get(symbol);
  }

  /** In the valuation asset, by its own market or by way of one other asset; `undefined` while there is no price. */
  worth(asset: string, quantity: bigint): bigint | undefined {
    if (asset === this.valuation) return quantity;
    const direct = this.prices.get(`${asset}-${this.valuation}`);
    if (direct !== undefined) return worthAt(direct, quantity);
    for (const { symbol, baseAsset, quoteAsset } of this.markets.values()) {
      const [there, on] = [this.prices.get(symbol), this.prices.get(`${quoteAsset}-${this.valuation}`)];
      if (baseAsset === asset && there !== undefined && on !== undefined) return worthAt(on, worthAt(there, quantity));
    }
    return undefined;
  }
}
