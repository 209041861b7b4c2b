import type { VenueDefinition } from '../../engine/instrument.js';
import { Instrument } from '../../engine/instrument.js';
import { FixedPrices } from './fixed-prices.js';
import { LivePrices } from './live-prices.js';
import type { PricedMarket, PriceSource, Pricing } from './price-source.js';
import { ReplayedPrices } from './replayed-prices.js';
import { SimulatedPrices } from './simulated-prices.js';

/** Which source a venue is to have; a replay's files hold one market's candles each, and a peer's prices have to be brought to it. */
export type PriceSourceChoice =
  | { readonly kind: 'simulated' }
  | { readonly kind: 'fixed' }
  | { readonly kind: 'replay'; readonly files: readonly string[] }
  | { readonly kind: 'peer'; readonly serviceName: string };

/** What the sources are set to. */
export interface PriceSourceOptions {
  readonly seed: number;
  /** Milliseconds between two beats. */
  readonly beatMs: number;
  /** How many times faster than recorded candles are replayed. */
  readonly replaySpeed: number;
  /** How long a price of a peer stays good without a new one, in milliseconds. */
  readonly staleMs: number;
}

/** The source that was chosen, for a sound definition. Throws `CandleFileInvalid` for files that cannot be replayed. */
export function choosePriceSource(
  choice: PriceSourceChoice,
  venue: VenueDefinition,
  pricing: Pricing,
  options: PriceSourceOptions,
): PriceSource {
  const markets = pricedMarkets(venue, pricing);
  switch (choice.kind) {
    case 'simulated':
      return new SimulatedPrices(markets, { ...options, motions: pricing.motions });
    case 'fixed':
      return new FixedPrices(markets);
    case 'replay':
      return new ReplayedPrices(markets, { files: choice.files, speed: options.replaySpeed, beatMs: options.beatMs });
    case 'peer':
      return new LivePrices(markets, options);
    default:
      return choice satisfies never;
  }
}

function pricedMarkets(venue: VenueDefinition, pricing: Pricing): readonly PricedMarket[] {
  const assets = new Map(venue.assets.map((asset) => [asset.asset, asset]));
  return venue.markets.map((market) => ({
    instrument: new Instrument(market, assets.get(market.base)!, assets.get(market.quote)!),
    initialTicks: pricing.initialTicks.get(market.symbol)!,
  }));
}
