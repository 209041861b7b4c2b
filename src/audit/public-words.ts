import { limitDecimal, limitSubject } from '../edge/limit-words.js';
import { timeText } from '../edge/time-text.js';
import type { ApiKeyUse, ReferencePrice } from '../engine/command.js';
import type { OrderTerms } from '../engine/event.js';
import type { Exchange } from '../engine/exchange.js';
import { formatId } from '../engine/ids.js';
import type { Asset, Instrument, VenueDefinition } from '../engine/instrument.js';
import { type Amount, formatDecimal } from '../engine/money.js';
import type { RiskLimit } from '../engine/risk/limits/risk-limit.js';

/** Plain JSON, as it is shown to people: `undefined` stands for a field that is absent. */
export type Shown = { readonly [field: string]: ShownValue };
export type ShownValue = string | number | boolean | null | undefined | Shown | readonly ShownValue[];

/**
 * Turns the words of the engine into those of the public contract: ids with their prefix, and decimals for
 * units, ticks and lots. What is listed keeps its scales, ticks and lots for ever, so the markets of today
 * read every record there is.
 */
export class PublicWords {
  constructor(private readonly exchange: Exchange) {}

  instrument(symbol: string): Instrument {
    return this.exchange.state.market(symbol).instrument;
  }

  amount(asset: string, amount: Amount): string {
    const listed = this.exchange.state.venue?.assets.find((candidate) => candidate.asset === asset);
    if (listed === undefined) throw new TypeError(`the journal names the asset ${asset}, which is not listed`);
    return formatDecimal(amount, listed.scale);
  }

  price(symbol: string, ticks: number): string {
    const instrument = this.instrument(symbol);
    return formatDecimal(instrument.price(ticks), instrument.quoteScale);
  }

  quantity(symbol: string, lots: number): string {
    const instrument = this.instrument(symbol);
    return formatDecimal(instrument.quantity(lots), instrument.baseScale);
  }

  prices(prices: readonly ReferencePrice[]): readonly Shown[] {
    return prices.map(({ symbol, priceTicks, stale }) => ({ symbol, price: this.price(symbol, priceTicks), stale }));
  }

  /** A limit, and what was used of it where that is told. */
  limit(limit: RiskLimit & { readonly value?: Amount }): Shown {
    const { value } = limit;
    return {
      ...limitSubject(limit),
      value: value === undefined ? undefined : limitDecimal(limit, value, this.exchange),
      limit: limitDecimal(limit, limit.limit, this.exchange),
    };
  }

  /** What an order asks for. */
  terms(terms: Omit<OrderTerms, 'orderId'>): Shown {
    const { symbol, side, orderType, timeInForce, clientOrderId, postOnly, selfTradePrevention } = terms;
    const { base, quote } = this.instrument(symbol);
    const optional = (asset: string, amount: Amount | undefined) =>
      amount === undefined ? undefined : this.amount(asset, amount);
    return {
      accountId: formatId('acc', terms.accountId),
      ...{ clientOrderId, symbol, side, orderType, timeInForce },
      quantity: optional(base, terms.quantity),
      quoteQuantity: optional(quote, terms.quoteQuantity),
      price: optional(quote, terms.price),
      ...{ postOnly, selfTradePrevention },
    };
  }
}

export function shownKeyUses(uses: readonly ApiKeyUse[]): readonly Shown[] {
  return uses.map(({ keyId, usedAt }) => ({
    keyId: formatId('key', keyId),
    usedAt: timeText(usedAt),
  }));
}

/** A definition, read by its own scales: it may be the one that lists them. */
export function shownVenue(venue: VenueDefinition): Shown {
  const { assets, markets, liquidity, openOrdersMax, stalePrice, instructsTransfers } = venue;
  const scales = new Map(assets.map(({ asset, scale }) => [asset, scale]));
  return {
    assets: assets.map(({ asset, scale }: Asset) => ({ asset, scale })),
    markets: markets.map((market) => {
      const base = (amount: Amount) => formatDecimal(amount, scales.get(market.base)!);
      const quote = (amount: Amount) => formatDecimal(amount, scales.get(market.quote)!);
      return {
        symbol: market.symbol,
        base: market.base,
        quote: market.quote,
        tickSize: quote(market.tickSize),
        lotSize: base(market.lotSize),
        minQuantity: base(market.minQuantity),
        maxQuantity: base(market.maxQuantity),
        minNotional: quote(market.minNotional),
        makerFeeBps: formatDecimal(market.makerFeePpm, 2),
        takerFeeBps: formatDecimal(market.takerFeePpm, 2),
        collarBps: market.collarBps,
        liquidityQuantity: base(market.liquidityQuantity),
        settlementCycle: `T+${market.settlementDays ?? 0}`,
        liquidity: market.liquidity && { ...market.liquidity },
      };
    }),
    liquidity: { ...liquidity },
    openOrdersMax,
    stalePrice,
    instructsTransfers,
  };
}
