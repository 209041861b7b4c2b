import { type Amount, unitsPerWhole } from './money.js';

/** An asset of the ledger. `scale` is its number of decimals; one unit is ten to the power of `-scale`. */
export interface Asset {
  readonly asset: string;
  readonly scale: number;
}

/**
 * How the synthetic liquidity provider quotes around the reference price, the same on both sides.
 * Level `n` (from 0) stands `halfSpreadTicks` ticks plus `halfSpreadBps + n * spacingBps` basis points
 * away from the reference price and shows `quantityPercent[n]` per cent of the market's
 * `liquidityQuantity`.
 */
export interface LiquidityModel {
  readonly name: string;
  readonly halfSpreadTicks: number;
  readonly halfSpreadBps: number;
  readonly spacingBps: number;
  readonly quantityPercent: readonly number[];
  /** What is eaten of a level comes back evenly over this time; 0: at once, so that a level never runs dry. */
  readonly refillMs: number;
}

/** A market's definition, as it is configured and journaled. Every amount is in units of its asset. */
export interface MarketDefinition {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** The smallest price step, in units of the quote asset for one whole base asset. */
  readonly tickSize: Amount;
  /** The smallest quantity step, in units of the base asset. */
  readonly lotSize: Amount;
  readonly minQuantity: Amount;
  readonly maxQuantity: Amount;
  /** The smallest value of an order, in units of the quote asset. */
  readonly minNotional: Amount;
  /** Fees are parts per million of the notional, charged in the quote asset: 10 basis points are 1000. */
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
  /** How far beyond the reference price an order may buy (above) or sell (below), in basis points. */
  readonly collarBps: number;
  /** The base quantity that 100 per cent of a liquidity level stands for. */
  readonly liquidityQuantity: Amount;
  /** Business days from a trade to its settlement, from 0 to 2. Absent means 0. */
  readonly settlementDays?: number;
  /** How the liquidity provider quotes in this market, where that differs from the venue. */
  readonly liquidity?: LiquidityModel;
}

/** Everything about the venue that is configured. It enters the engine through the journal alone. */
export interface VenueDefinition {
  readonly assets: readonly Asset[];
  readonly markets: readonly MarketDefinition[];
  readonly liquidity: LiquidityModel;
  readonly openOrdersMax: number;
  /** What a market does while its reference price is stale: trade on at it, or take no orders. Absent means `fill`. */
  readonly stalePrice?: StalePricePolicy;
  /** There is a custodian, which is instructed of deposits, withdrawals and transfers as it is of trades. Absent means no. */
  readonly instructsTransfers?: true;
}

export type StalePricePolicy = 'fill' | 'halt';

/** A market's definition with what follows from it, computed once, in ticks and lots. */
export class Instrument {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly baseScale: number;
  readonly quoteScale: number;
  readonly tickSize: number;
  readonly lotSize: number;
  /** What one lot costs at a price of one tick, in units of the quote asset: never a fraction. */
  readonly unitNotional: bigint;
  readonly minLots: number;
  readonly maxLots: number;
  /** No accepted order is worth more than a safe integer of unit notionals. */
  readonly maxTicks: number;
  readonly maxPrice: Amount;
  readonly minNotional: Amount;
  readonly makerFeePpm: bigint;
  readonly takerFeePpm: bigint;
  readonly maxFeePpm: bigint;

  constructor(
    readonly definition: MarketDefinition,
    base: Asset,
    quote: Asset,
  ) {
    this.symbol = definition.symbol;
    this.base = definition.base;
    this.quote = definition.quote;
    this.baseScale = base.scale;
    this.quoteScale = quote.scale;
    this.tickSize = Number(definition.tickSize);
    this.lotSize = Number(definition.lotSize);
    this.unitNotional = (definition.tickSize * definition.lotSize) / unitsPerWhole(base.scale);
    this.minLots = Number(definition.minQuantity / definition.lotSize);
    this.maxLots = Number(definition.maxQuantity / definition.lotSize);
    this.maxTicks = Math.floor(Number.MAX_SAFE_INTEGER / (this.maxLots + 1));
    if (this.maxTicks * this.tickSize > Number.MAX_SAFE_INTEGER) {
      this.maxTicks = Math.floor(Number.MAX_SAFE_INTEGER / this.tickSize);
    }
    this.maxPrice = this.price(this.maxTicks);
    this.minNotional = definition.minNotional;
    this.makerFeePpm = BigInt(definition.makerFeePpm);
    this.takerFeePpm = BigInt(definition.takerFeePpm);
    this.maxFeePpm = BigInt(Math.max(definition.makerFeePpm, definition.takerFeePpm));
  }

  /** The exact value of a quantity at a price, in units of the quote asset. */
  notional(ticks: number, lots: number): Amount {
    return BigInt(ticks * lots) * this.unitNotional;
  }

  quantity(lots: number): Amount {
    return BigInt(lots * this.lotSize);
  }

  price(ticks: number): Amount {
    return BigInt(ticks * this.tickSize);
  }
}

/** Fees are rounded down to the unit, in the customer's favour, so that many small fills never cost more than one large one. */
export function feeOf(notional: Amount, feePpm: bigint): Amount {
  return (notional * feePpm) / 1_000_000n;
}

/** What is wrong with a definition, in a sentence; `undefined` if a venue can be run with it. */
export function faultOfDefinition(venue: VenueDefinition): string | undefined {
  const assets = new Map(venue.assets.map((asset) => [asset.asset, asset]));
  if (assets.size !== venue.assets.length) return 'an asset is listed twice';
  const unscaled = venue.assets.find(({ scale }) => !Number.isInteger(scale) || scale < 0 || scale > 18);
  if (unscaled !== undefined) return `asset ${unscaled.asset}: the scale must be a whole number from 0 to 18`;
  if (new Set(venue.markets.map((market) => market.symbol)).size !== venue.markets.length) {
    return 'a market is listed twice';
  }
  if (!Number.isInteger(venue.openOrdersMax) || venue.openOrdersMax < 1) return 'openOrdersMax must be at least 1';
  if (venue.stalePrice !== undefined && venue.stalePrice !== 'fill' && venue.stalePrice !== 'halt') {
    return 'stalePrice must be fill or halt';
  }
  if (venue.instructsTransfers !== undefined && venue.instructsTransfers !== true) {
    return 'instructsTransfers must be true, or left out';
  }
  const liquidityFault = faultOfLiquidity(venue.liquidity);
  if (liquidityFault !== undefined) return `liquidity ${venue.liquidity.name}: ${liquidityFault}`;
  for (const market of venue.markets) {
    const fault = faultOfMarket(market, assets);
    if (fault !== undefined) return `market ${market.symbol}: ${fault}`;
  }
  return undefined;
}

function faultOfMarket(market: MarketDefinition, assets: ReadonlyMap<string, Asset>): string | undefined {
  const base = assets.get(market.base);
  const quote = assets.get(market.quote);
  if (base === undefined) return `base asset ${market.base} is not listed`;
  if (quote === undefined) return `quote asset ${market.quote} is not listed`;
  if (base === quote) return 'base and quote are the same asset';
  if (market.tickSize <= 0n || market.lotSize <= 0n) return 'tick size and lot size must be above zero';
  if ((market.tickSize * market.lotSize) % unitsPerWhole(base.scale) !== 0n) {
    return 'tick size times lot size must be a whole number of units of the quote asset, or trades would have to be rounded';
  }
  if (market.minQuantity < market.lotSize || market.minQuantity % market.lotSize !== 0n) {
    return 'the minimum quantity must be a multiple of the lot size';
  }
  if (market.maxQuantity < market.minQuantity || market.maxQuantity % market.lotSize !== 0n) {
    return 'the maximum quantity must be a multiple of the lot size, and no smaller than the minimum';
  }
  if (market.maxQuantity >= BigInt(Number.MAX_SAFE_INTEGER)) return 'the maximum quantity is too large';
  const liquidityFault = market.liquidity && faultOfLiquidity(market.liquidity);
  if (liquidityFault !== undefined) return `liquidity: ${liquidityFault}`;
  if (market.minNotional < 0n) return 'the minimum notional must not be negative';
  for (const [name, fee] of [
    ['maker', market.makerFeePpm],
    ['taker', market.takerFeePpm],
  ] as const) {
    if (!Number.isInteger(fee) || fee < 0 || fee >= 1_000_000) {
      return `the ${name} fee must be from 0 to less than 10000 basis points, in hundredths of one`;
    }
  }
  if (!Number.isInteger(market.collarBps) || market.collarBps < 1 || market.collarBps >= 10_000) {
    return 'the price collar must be a whole number of basis points from 1 to 9999';
  }
  if (![undefined, 0, 1, 2].includes(market.settlementDays)) return 'settlement takes 0, 1 or 2 business days';
  if (market.liquidityQuantity < market.lotSize) return 'the liquidity quantity must be at least one lot';
  return undefined;
}

function faultOfLiquidity(model: LiquidityModel): string | undefined {
  if (!Number.isInteger(model.halfSpreadTicks) || model.halfSpreadTicks < 1)
    return 'halfSpreadTicks must be at least 1';
  if (!(model.halfSpreadBps >= 0 && model.spacingBps >= 0)) return 'spreads must not be negative';
  if (!Number.isInteger(model.refillMs) || model.refillMs < 0) return 'refillMs must be a whole number, 0 or more';
  if (!model.quantityPercent.every((percent) => percent > 0)) return 'every level must have a quantity above zero';
  return undefined;
}
