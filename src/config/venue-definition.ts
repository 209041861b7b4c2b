import { readFileSync } from 'node:fs';
import type { Asset, MarketDefinition, VenueDefinition } from '../engine/instrument.js';
import { faultOfDefinition, Instrument } from '../engine/instrument.js';
import { formatDecimal } from '../engine/money.js';
import type { AssetMotion, Pricing } from '../venue/price-source/price-source.js';
import { FieldReader } from './field-reader.js';
import { type LiquidityPreset, liquidityPresets } from './liquidity-presets.js';
import shippedMarkets from './markets.json' with { type: 'json' };

/** What a venue is: what the engine must know, which is journaled, and what only the price source needs. */
export interface VenueConfiguration {
  readonly venue: VenueDefinition;
  readonly pricing: Pricing;
}

/** A markets file cannot be used; one sentence for each thing that is wrong with it. */
export class MarketsFileInvalid extends Error {
  override readonly name = 'MarketsFileInvalid';
  constructor(
    source: string,
    readonly faults: readonly string[],
  ) {
    super([`The exchange cannot start with the markets of ${source}:`, ...faults].join('\n  '));
  }
}

/** Reads the markets file, or takes the markets that come with the exchange if there is none. Throws `MarketsFileInvalid`. */
export function readVenueConfiguration(marketsFile: string | null, liquidity: LiquidityPreset): VenueConfiguration {
  const source = marketsFile ?? 'the exchange itself';
  return venueConfigurationOf(marketsFile === null ? shippedMarkets : jsonOf(marketsFile), liquidity, source);
}

/** Makes a configuration of the content of a markets file; `source` is what messages call it. */
export function venueConfigurationOf(content: unknown, liquidity: LiquidityPreset, source: string): VenueConfiguration {
  const faults: string[] = [];
  const file = new FieldReader(content, 'the file', faults);
  const openOrdersMax = file.wholeNumber('openOrdersMax', 1, 1_000_000);
  const assets = file.objects('assets', assetsMax, nameOf('asset', 'asset')).map(readAsset);
  const scales = new Map(assets.map(({ asset }) => [asset.asset, asset]));
  const markets = file
    .objects('markets', marketsMax, nameOf('market', 'symbol'))
    .map((market) => readMarket(market, scales));
  file.refuseOthers();
  if (faults.length > 0) throw new MarketsFileInvalid(source, faults);

  const venue: VenueDefinition = {
    assets: assets.map(({ asset }) => asset),
    markets: markets.map(({ market }) => market),
    liquidity: liquidityPresets[liquidity],
    openOrdersMax,
  };
  const fault = faultOfDefinition(venue);
  if (fault !== undefined) throw new MarketsFileInvalid(source, [fault]);
  const initialTicks = initialTicksOf(markets, scales, source);
  return {
    venue,
    pricing: { initialTicks, motions: new Map(assets.map(({ asset, motion }) => [asset.asset, motion])) },
  };
}

const assetsMax = 100;
const marketsMax = 1000;

interface ConfiguredMarket {
  readonly market: MarketDefinition;
  /** In units of the quote asset. */
  readonly initialPrice: bigint;
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new MarketsFileInvalid(path, [`the file cannot be read as JSON: ${(error as Error).message}`]);
  }
}

/** Names a member by what it calls itself, as long as that is fit to be shown. */
function nameOf(kind: string, field: string) {
  return (member: unknown, index: number) => {
    const name = (member as Record<string, unknown> | null)?.[field];
    return typeof name === 'string' && name.length <= 40 ? `${kind} ${name}` : `${kind} number ${index + 1}`;
  };
}

function readAsset(reader: FieldReader): { asset: Asset; motion: AssetMotion } {
  const asset = {
    asset: reader.text('asset', /^[A-Z0-9]{1,16}$/, '1 to 16 capital letters or digits, such as "BTC"'),
    scale: reader.wholeNumber('scale', 0, 18),
  };
  const motion = readMotion(reader.object('motion'));
  reader.refuseOthers();
  return { asset, motion };
}

function readMotion(reader: FieldReader): AssetMotion {
  const kind = reader.oneOf('kind', ['still', 'walk', 'peg']);
  if (kind === undefined) return { kind: 'still' };
  const motion = motionReaders[kind](reader);
  reader.refuseOthers();
  return motion;
}

const motionReaders: Readonly<Record<AssetMotion['kind'], (reader: FieldReader) => AssetMotion>> = {
  still: () => ({ kind: 'still' }),
  walk: (reader) => ({
    kind: 'walk',
    yearlyVolatility: reader.measure('yearlyVolatility', 0, 10),
    commonCorrelation: reader.measure('commonCorrelation', -1, 1),
  }),
  peg: (reader) => ({
    kind: 'peg',
    deviationBps: reader.measure('deviationBps', 0, 1000),
    reversionSeconds: reader.wholeNumber('reversionSeconds', 1, 31_536_000),
  }),
};

function readMarket(reader: FieldReader, assets: ReadonlyMap<string, Asset>): ConfiguredMarket {
  const listed = [...assets.keys()];
  const base = reader.oneOf('base', listed) ?? '';
  const quote = reader.oneOf('quote', listed) ?? '';
  const baseScale = assets.get(base)?.scale ?? 8;
  const quoteScale = assets.get(quote)?.scale ?? 8;
  const market = {
    symbol: reader.text('symbol', /^[A-Z0-9-]{1,33}$/, 'capital letters, digits and dashes, such as "BTC-USD"'),
    base,
    quote,
    tickSize: reader.decimal('tickSize', quoteScale),
    lotSize: reader.decimal('lotSize', baseScale),
    minQuantity: reader.decimal('minQuantity', baseScale),
    maxQuantity: reader.decimal('maxQuantity', baseScale),
    minNotional: reader.decimal('minNotional', quoteScale),
    makerFeePpm: readFeePpm(reader, 'makerFeeBps'),
    takerFeePpm: readFeePpm(reader, 'takerFeeBps'),
    collarBps: reader.wholeNumber('collarBps', 1, 9999),
    liquidityQuantity: reader.decimal('liquidityQuantity', baseScale),
    ...settlementOf(reader.optional('settlementCycle', (name) => reader.oneOf(name, settlementCycles))),
  };
  const initialPrice = reader.decimal('initialPrice', quoteScale);
  reader.refuseOthers();
  return { market, initialPrice };
}

const settlementCycles = ['T+0', 'T+1', 'T+2'] as const;

/** Left out where it is T+0, as it is in the definitions that were journaled before there was a choice. */
function settlementOf(cycle: (typeof settlementCycles)[number] | undefined): { settlementDays?: number } {
  return cycle === undefined || cycle === 'T+0' ? {} : { settlementDays: settlementCycles.indexOf(cycle) };
}

/** A basis point is a hundred parts per million, so two decimals of it are whole parts. */
function readFeePpm(reader: FieldReader, name: string): number {
  const ppm = reader.decimal(name, 2);
  if (ppm > feePpmMax) reader.fault(name, 'at most "1000", a tenth of the value');
  return Number(ppm);
}

const feePpmMax = 100_000n;

/** Only a sound definition has instruments, so this comes after everything else was found good. */
function initialTicksOf(
  markets: readonly ConfiguredMarket[],
  assets: ReadonlyMap<string, Asset>,
  source: string,
): ReadonlyMap<string, number> {
  const faults: string[] = [];
  const initialTicks = new Map<string, number>();
  for (const { market, initialPrice } of markets) {
    const instrument = new Instrument(market, assets.get(market.base)!, assets.get(market.quote)!);
    const ticks = initialPrice / market.tickSize;
    if (initialPrice % market.tickSize !== 0n || ticks < 1n || ticks > BigInt(instrument.maxTicks)) {
      const shown = (units: bigint) => formatDecimal(units, instrument.quoteScale);
      const most = shown(instrument.price(instrument.maxTicks));
      faults.push(
        `market ${market.symbol}: initialPrice is "${shown(initialPrice)}"; it must be a multiple of the tick size ${shown(market.tickSize)}, above zero and at most ${most}`,
      );
    }
    initialTicks.set(market.symbol, Number(ticks));
  }
  if (faults.length > 0) throw new MarketsFileInvalid(source, faults);
  return initialTicks;
}
