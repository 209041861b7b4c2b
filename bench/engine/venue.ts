import { liquidityPresets } from '../../src/config/liquidity-presets.js';
import type { Asset, MarketDefinition, VenueDefinition } from '../../src/engine/instrument.js';

const tickSize = 1_000_000n;
const lotSize = 1_000n;

export const base: Asset = { asset: 'BTC', scale: 8 };
export const quote: Asset = { asset: 'USD', scale: 8 };
export const market: MarketDefinition = {
  ...{ symbol: 'BTC-USD', base: base.asset, quote: quote.asset, tickSize, lotSize },
  ...{ minQuantity: lotSize, maxQuantity: 10_000_000n * lotSize, minNotional: 1n },
  ...{ makerFeePpm: 1_000, takerFeePpm: 2_000, collarBps: 1_000, liquidityQuantity: lotSize },
};

/** Without a price source there is no liquidity provider: customers trade with each other alone, as in a bare book. */
export const venue: VenueDefinition = {
  assets: [base, quote],
  markets: [market],
  liquidity: liquidityPresets.frictionless,
  openOrdersMax: 1_000_000,
};
