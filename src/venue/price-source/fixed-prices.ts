import type { ReferencePrice } from '../../engine/command.js';
import type { PricedMarket, PriceSource } from './price-source.js';

/** Every market stays at the price that it starts from. */
export class FixedPrices implements PriceSource {
  private readonly prices: readonly ReferencePrice[];

  constructor(markets: readonly PricedMarket[]) {
    this.prices = markets.map(({ instrument, initialTicks }) => ({
      symbol: instrument.symbol,
      priceTicks: initialTicks,
    }));
  }

  pricesAt(_beat: number): readonly ReferencePrice[] {
    return this.prices;
  }
}
