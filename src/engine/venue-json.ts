import type { MarketDefinition, VenueDefinition } from './instrument.js';

/** The fields of a market that hold an amount: one forgotten, or one too many, does not compile. */
const amounts: {
  readonly [Field in keyof MarketDefinition as MarketDefinition[Field] extends bigint ? Field : never]: true;
} = {
  tickSize: true,
  lotSize: true,
  minQuantity: true,
  maxQuantity: true,
  minNotional: true,
  liquidityQuantity: true,
};
const amountFields = Object.keys(amounts) as (keyof typeof amounts)[];

/** A definition as plain JSON, its amounts as strings of digits: for snapshots and the journal. */
export function venueToJson(venue: VenueDefinition): object {
  return {
    ...venue,
    markets: venue.markets.map((market) => ({
      ...market,
      ...Object.fromEntries(amountFields.map((field) => [field, market[field].toString()])),
    })),
  };
}

/** What `venueToJson` wrote. */
export function venueFromJson(json: object): VenueDefinition {
  const venue = json as VenueDefinition;
  return {
    ...venue,
    markets: venue.markets.map((market) => ({
      ...market,
      ...Object.fromEntries(amountFields.map((field) => [field, BigInt(market[field])])),
    })),
  };
}
