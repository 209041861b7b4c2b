import { readVenueConfiguration } from '../../config/venue-definition.js';
import { choosePriceSource } from './choose-price-source.js';
import { beatsMax, type PriceSource } from './price-source.js';

const { venue, pricing } = readVenueConfiguration(null, 'frictionless');

function simulated(seed: number, beatMs = 1000): PriceSource {
  return choosePriceSource({ kind: 'simulated' }, venue, pricing, { seed, beatMs, replaySpeed: 1, staleMs: 5_000 });
}

/** Prices in whole quote assets, by symbol. */
function pricesAt(source: PriceSource, beat: number): Record<string, number> {
  return Object.fromEntries(
    source.pricesAt(beat).map(({ symbol, priceTicks }, index) => {
      const tickSize = Number(venue.markets[index]!.tickSize) / 1e8;
      return [symbol, priceTicks * tickSize];
    }),
  );
}

/** The returns of a market from beat to beat. */
function returnsOf(path: readonly Record<string, number>[], symbol: string): number[] {
  return path.slice(1).map((prices, index) => prices[symbol]! / path[index]![symbol]! - 1);
}

function deviationOf(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

function correlationOf(left: readonly number[], right: readonly number[]): number {
  const covariance = left.reduce((sum, value, index) => sum + value * right[index]!, 0) / left.length;
  return covariance / (deviationOf(left) * deviationOf(right));
}

describe('simulated prices', () => {
  const source = simulated(1);
  const path = Array.from({ length: 4000 }, (_, beat) => pricesAt(source, beat));

  it('start from the configured prices', () => {
    expect(path[0]).toEqual({
      'BTC-USD': 60_000,
      'ETH-USD': 3000,
      'BTC-USDT': 60_000,
      'ETH-USDT': 3000,
      'ETH-BTC': 0.05,
      'USDT-USD': 1,
    });
  });

  it('are the same for the same seed, and others for another', () => {
    const beats = [1, 2, 3, 1000, 86_400];
    expect(beats.map((beat) => simulated(1).pricesAt(beat))).toEqual(beats.map((beat) => source.pricesAt(beat)));
    expect(simulated(2).pricesAt(1000)).not.toEqual(source.pricesAt(1000));
  });

  it('are those of this seed on every machine', () => {
    expect(source.pricesAt(1000).map(({ priceTicks }) => priceTicks)).toEqual([
      6_004_051, 299_137, 6_003_168, 299_093, 4982, 100_015,
    ]);
  });

  it('go on after a restart as if there had been none', () => {
    const restarted = simulated(1);
    const goneOn = Array.from({ length: 50 }, (_, index) => pricesAt(restarted, 2500 + index));
    expect(goneOn).toEqual(path.slice(2500, 2550));
  });

  it('move as much as the configured volatility says', () => {
    const perBeat = (yearly: number) => yearly * Math.sqrt(1 / (365 * 24 * 3600));
    expect(deviationOf(returnsOf(path, 'BTC-USD')) / perBeat(0.6)).toBeCloseTo(1, 1);
    expect(deviationOf(returnsOf(path, 'ETH-USD')) / perBeat(0.8)).toBeCloseTo(1, 1);
  });

  it('move together as much as the correlations to the common factor say', () => {
    const correlation = correlationOf(returnsOf(path, 'BTC-USD'), returnsOf(path, 'ETH-USD'));
    expect(Math.abs(correlation - 0.85 * 0.85)).toBeLessThan(0.05);
  });

  it('move apart where one asset follows the common factor the other way', () => {
    const motions = new Map(pricing.motions);
    motions.set('ETH', { kind: 'walk', yearlyVolatility: 0.8, commonCorrelation: -0.85 });
    const options = { seed: 1, beatMs: 1000, replaySpeed: 1, staleMs: 5_000 };
    const apart = choosePriceSource({ kind: 'simulated' }, venue, { ...pricing, motions }, options);
    const way = Array.from({ length: 1000 }, (_, beat) => pricesAt(apart, beat));
    expect(correlationOf(returnsOf(way, 'BTC-USD'), returnsOf(way, 'ETH-USD'))).toBeLessThan(-0.6);
  });

  it('have no memory from one beat to the next', () => {
    const returns = returnsOf(path, 'BTC-USD');
    expect(Math.abs(correlationOf(returns.slice(1), returns.slice(0, -1)))).toBeLessThan(0.05);
  });

  it('agree across markets to the rounding of their ticks', () => {
    for (const prices of path) {
      const {
        'BTC-USD': dollars,
        'BTC-USDT': tethers,
        'USDT-USD': tether,
        'ETH-USD': ether,
        'ETH-BTC': ratio,
      } = prices;
      expect(Math.abs(tethers! * tether! - dollars!)).toBeLessThan(0.000_005 * tethers! + 0.011);
      expect(Math.abs(ratio! * dollars! - ether!)).toBeLessThan(0.000_005 * dollars! + 0.011);
    }
  });

  it('keep the peg over a year, but not to the tick', () => {
    const hourly = simulated(1, 3_600_000);
    const tether = Array.from({ length: 24 * 365 }, (_, beat) => pricesAt(hourly, beat)['USDT-USD']! - 1);
    expect(Math.max(...tether.map(Math.abs))).toBeLessThan(0.003);
    expect(deviationOf(tether)).toBeGreaterThan(0.0003);
  });

  it('know every beat there can be, and no other', () => {
    expect(source.pricesAt(beatsMax)).toHaveLength(6);
    for (const beat of [-1, 0.5, beatsMax + 1]) expect(() => source.pricesAt(beat)).toThrow(/a beat is from 0/);
  });
});
