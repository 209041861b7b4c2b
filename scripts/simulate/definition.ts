import type { VenueDefinition } from '../../src/engine/instrument.js';
import type { PriceSource } from '../../src/venue/price-source/price-source.js';
import { Random } from '../crash/random.js';

const btcUsd = {
  symbol: 'BTC-USD',
  base: 'BTC',
  quote: 'USD',
  tickSize: 1_000_000n,
  lotSize: 1_000n,
  minQuantity: 1_000n,
  maxQuantity: 10_000_000_000n,
  minNotional: 1_000n,
  makerFeePpm: 1_000,
  takerFeePpm: 2_000,
  collarBps: 2_000,
  liquidityQuantity: 500_000n,
};

/** Two markets whose quotes run dry, so that customers meet one another. */
export const definition: VenueDefinition = {
  assets: ['BTC', 'ETH', 'USD'].map((asset) => ({ asset, scale: 8 })),
  markets: [btcUsd, { ...btcUsd, symbol: 'ETH-USD', base: 'ETH' }],
  liquidity: {
    name: 'realistic',
    halfSpreadTicks: 3,
    halfSpreadBps: 0,
    spacingBps: 5,
    quantityPercent: [50, 100],
    refillMs: 5_000,
  },
  openOrdersMax: 10,
  stalePrice: 'halt',
  instructsTransfers: true,
};

/** Around 100.00 USD, each beat the same of the same seed. */
export function pricesOf(seed: number): PriceSource {
  return {
    pricesAt: (beat) =>
      definition.markets.map(({ symbol }, market) => ({
        symbol,
        priceTicks: 10_000 + new Random(seed * 2 + market + beat * 7_919).between(-20, 20),
      })),
  };
}
