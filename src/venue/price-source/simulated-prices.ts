import assert from 'node:assert/strict';
import type { ReferencePrice } from '../../engine/command.js';
import type { AssetMotion, PeggedAsset, PricedMarket, PriceSource, WalkingAsset } from './price-source.js';
import { beatsMax } from './price-source.js';
import { PeggedPath, type RandomPath, RandomWalk } from './random-path.js';
import { ticksWithin } from './ticks.js';

/** What the simulation needs beside the markets. */
export interface Simulation {
  readonly seed: number;
  readonly beatMs: number;
  /** By asset; an asset that is not among them keeps its value. */
  readonly motions: ReadonlyMap<string, AssetMotion>;
}

/**
 * Seeded random prices. What moves is the value of each asset, as a factor of what it was at beat 0; a
 * market's price is the one that it starts from times its base's factor over its quote's. So BTC-USD,
 * BTC-USDT and USDT-USD agree at every beat, to the rounding of their ticks.
 *
 * The same seed gives the same path, and a restart goes on with it, because nothing is carried over from
 * beat to beat. Floating point is used up to the rounding to ticks and never leaves this file; it is
 * restricted to additions, multiplications, divisions and square roots, which IEEE 754 defines to the bit.
 */
export class SimulatedPrices implements PriceSource {
  private readonly factors: ReadonlyMap<string, (beat: number) => number>;

  constructor(
    private readonly markets: readonly PricedMarket[],
    simulation: Simulation,
  ) {
    const common = new RandomWalk(simulation.seed, 'common', 1);
    this.factors = new Map(
      [...simulation.motions].map(([asset, motion]) => [asset, factorOf(asset, motion, simulation, common)]),
    );
  }

  pricesAt(beat: number): readonly ReferencePrice[] {
    assert(Number.isInteger(beat) && beat >= 0 && beat <= beatsMax, `a beat is from 0 to ${beatsMax}, not ${beat}`);
    const factors = new Map([...this.factors].map(([asset, factor]) => [asset, factor(beat)]));
    return this.markets.map(({ instrument, initialTicks }) => {
      const ratio = (factors.get(instrument.base) ?? 1) / (factors.get(instrument.quote) ?? 1);
      return { symbol: instrument.symbol, priceTicks: ticksWithin(initialTicks * ratio, instrument) };
    });
  }
}

function factorOf(asset: string, motion: AssetMotion, simulation: Simulation, common: RandomPath) {
  switch (motion.kind) {
    case 'still':
      return () => 1;
    case 'walk':
      return walkingFactor(asset, motion, simulation, common);
    case 'peg':
      return peggedFactor(asset, motion, simulation);
    default:
      return motion satisfies never;
  }
}

function walkingFactor(asset: string, motion: WalkingAsset, { seed, beatMs }: Simulation, common: RandomPath) {
  const deviation = motion.yearlyVolatility * Math.sqrt(beatMs / yearMs);
  const shared = deviation * motion.commonCorrelation;
  const own = new RandomWalk(
    seed,
    `own:${asset}`,
    deviation * Math.sqrt(1 - motion.commonCorrelation * motion.commonCorrelation),
  );
  return (beat: number) => compounded(shared * common.at(beat) + own.at(beat));
}

function peggedFactor(asset: string, motion: PeggedAsset, { seed, beatMs }: Simulation) {
  const reversionBeats = Math.max(1, (motion.reversionSeconds * 1000) / beatMs);
  let spanBeats = 1;
  while (spanBeats < reversionBeats) spanBeats *= 2;
  const path = new PeggedPath(seed, `own:${asset}`, motion.deviationBps / 10_000, spanBeats);
  return (beat: number) => compounded(path.at(beat));
}

/**
 * Growth by `rate`, compounded in 1024 equal steps: within 0.02 per cent of the exponential function for
 * rates up to a half, above zero for every rate that can come up, and made of multiplications alone.
 */
function compounded(rate: number): number {
  let factor = Math.max(1 + rate / 1024, 0.5);
  for (let doubling = 0; doubling < 10; doubling += 1) factor *= factor;
  return factor;
}

const yearMs = 365 * 24 * 3600 * 1000;
