import type { ReferencePrice } from '../../engine/command.js';
import type { Instrument } from '../../engine/instrument.js';

/**
 * Where reference prices come from. A source is a pure function of the beat's number: it has no state and
 * no clock, so beat 500 is the same in a venue that has run since beat 0, in one that was restarted at
 * beat 499, and on another machine. The venue counts its beats from 0 and goes on counting after a restart.
 * The one exception is `LivePrices`, which gives what came in from outside; such prices may be stale.
 */
export interface PriceSource {
  /** The price of every market, in ticks, at a beat. `beat` is a whole number from 0 to `beatsMax`. */
  pricesAt(beat: number): readonly ReferencePrice[];
}

/** The last beat that a source must know: at ten milliseconds a beat it is more than a year away, at a second 136 years. */
export const beatsMax = 2 ** 32 - 1;

/** A market as a source sees it: how its prices are counted, and the one that it starts from, in ticks. */
export interface PricedMarket {
  readonly instrument: Instrument;
  readonly initialTicks: number;
}

/** How the simulated value of one asset moves, seen from an asset that keeps its value. */
export type AssetMotion = StillAsset | WalkingAsset | PeggedAsset;

/** It keeps its value: it is what the others are measured in. */
export interface StillAsset {
  readonly kind: 'still';
}

/** Its value wanders off for good. */
export interface WalkingAsset {
  readonly kind: 'walk';
  /** Standard deviation of the logarithm of its value over a year: 0.6 is 60 per cent. */
  readonly yearlyVolatility: number;
  /** From -1 to 1: how much of its motion it shares with every other walking asset. */
  readonly commonCorrelation: number;
}

/** Its value strays from its peg and comes back. */
export interface PeggedAsset {
  readonly kind: 'peg';
  /** Standard deviation of its value around the peg, in basis points. */
  readonly deviationBps: number;
  /** How long it takes to lose all memory of a deviation, in seconds. */
  readonly reversionSeconds: number;
}

/** What the price sources must know of the venue beyond the engine's definition. */
export interface Pricing {
  /** By symbol: the price that a market starts from, in ticks. */
  readonly initialTicks: ReadonlyMap<string, number>;
  /** By asset. */
  readonly motions: ReadonlyMap<string, AssetMotion>;
}
