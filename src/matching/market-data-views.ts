import { ApiProperty } from '@nestjs/swagger';
import { timeText } from '../edge/time-text.js';
import type { MarketStatus, Side } from '../engine/command.js';
import { formatId } from '../engine/ids.js';
import type { Instrument } from '../engine/instrument.js';
import type { Market } from '../engine/matching/market.js';
import type { DepthLevel } from '../engine/matching/order-book.js';
import { type Amount, formatDecimal } from '../engine/money.js';
import type { CandleRow, DayRow, TradeRow } from '../journal/queries.js';

export class MarketView {
  @ApiProperty({ description: 'The name of the market.', example: 'BTC-USD' })
  symbol!: string;

  @ApiProperty({ description: 'What is traded.', example: 'BTC' })
  baseAsset!: string;

  @ApiProperty({ description: 'What it is paid with.', example: 'USD' })
  quoteAsset!: string;

  @ApiProperty({
    description: 'A HALTED market refuses new orders; open ones can be canceled.',
    enum: ['OPEN', 'HALTED'],
  })
  status!: MarketStatus;

  @ApiProperty({ description: 'Every price is a multiple of it, in the quote asset.', example: '0.01' })
  tickSize!: string;

  @ApiProperty({ description: 'Every quantity is a multiple of it, in the base asset.', example: '0.00001' })
  lotSize!: string;

  @ApiProperty({ description: 'The smallest quantity of an order, in the base asset.', example: '0.00001' })
  minQuantity!: string;

  @ApiProperty({ description: 'The largest quantity of an order, in the base asset.', example: '500' })
  maxQuantity!: string;

  @ApiProperty({ description: 'The smallest value of an order, in the quote asset.', example: '1' })
  minNotional!: string;

  @ApiProperty({ description: 'The fee of an order that waited, in basis points of the traded value.', example: '10' })
  makerFeeBps!: string;

  @ApiProperty({ description: 'The fee of an order that took, in basis points of the traded value.', example: '20' })
  takerFeeBps!: string;

  @ApiProperty({
    description: 'How far beyond the reference price an order may buy or sell, in basis points.',
    type: 'integer',
    example: 1000,
  })
  collarBps!: number;
}

function priceProperty(description: string): PropertyDecorator {
  return ApiProperty({ description, type: String, nullable: true, example: '60000.01' });
}

/** Prices are in the quote asset for one whole base asset. */
export class TickerView {
  @ApiProperty({ description: 'The market.', example: 'BTC-USD' })
  symbol!: string;

  @priceProperty("The price source's price now; null before its first.")
  referencePrice!: string | null;

  @priceProperty('The price of the last trade, or the reference price before the first.')
  last!: string | null;

  @priceProperty('The best price that somebody buys at; null if nobody does.')
  bid!: string | null;

  @priceProperty('The best price that somebody sells at; null if nobody does.')
  ask!: string | null;

  @priceProperty('The first price of the last 24 hours; null without any.')
  open!: string | null;

  @priceProperty('The highest price of the last 24 hours; null without any.')
  high!: string | null;

  @priceProperty('The lowest price of the last 24 hours; null without any.')
  low!: string | null;

  @ApiProperty({ description: 'Traded in the last 24 hours, in the base asset.', example: '12.5' })
  volume!: string;

  @ApiProperty({ description: 'Traded in the last 24 hours, in the quote asset.', example: '750000' })
  quoteVolume!: string;

  @ApiProperty({ description: 'The number of trades of the last 24 hours.', type: 'integer', example: 250 })
  tradeCount!: number;

  @ApiProperty({ description: "The venue's time that the 24 hours end at.", format: 'date-time' })
  time!: string;

  @ApiProperty({
    description:
      'Whether the price source has been silent for too long: the reference price is the last one that it gave, or the initial one of the market.',
    example: false,
  })
  stale!: boolean;

  @ApiProperty({
    description: 'Since when the reference price is stale; null while it is current.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  staleSince!: string | null;
}

/** A price and the quantity of all orders at it, the liquidity provider's included. */
export type BookLevelView = [price: string, quantity: string];

const levels = {
  type: 'array',
  items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
} as const;

export class BookView {
  @ApiProperty({ description: 'The market.', example: 'BTC-USD' })
  symbol!: string;

  @ApiProperty({ description: 'The journal sequence that it stands for.', type: 'integer', example: 42 })
  sequence!: number;

  @ApiProperty({
    ...levels,
    description: 'Price (quote asset) and quantity (base asset) of what is bid for, highest price first.',
    example: [['59999.99', '500']],
  })
  bids!: BookLevelView[];

  @ApiProperty({
    ...levels,
    description: 'Price (quote asset) and quantity (base asset) of what is offered, lowest price first.',
    example: [['60000.01', '500']],
  })
  asks!: BookLevelView[];
}

export class TradeView {
  @ApiProperty({ description: "The exchange's id.", example: 'trd-3' })
  tradeId!: string;

  @ApiProperty({ description: 'The market.', example: 'BTC-USD' })
  symbol!: string;

  @ApiProperty({ description: 'In the quote asset for one whole base asset.', example: '60000.01' })
  price!: string;

  @ApiProperty({ description: 'In the base asset.', example: '0.1' })
  quantity!: string;

  @ApiProperty({ description: 'The value, in the quote asset.', example: '6000.001' })
  notional!: string;

  @ApiProperty({ description: 'The side of the order that came in and met a waiting one.', enum: ['BUY', 'SELL'] })
  takerSide!: Side;

  @ApiProperty({ description: 'When it was executed.', format: 'date-time' })
  executedAt!: string;
}

export class CandleView {
  @ApiProperty({ description: 'When the interval begins.', format: 'date-time' })
  openTime!: string;

  @ApiProperty({ description: 'The first price: of the price source, or of a trade.', example: '60000' })
  open!: string;

  @ApiProperty({ description: 'The highest price.', example: '60010.5' })
  high!: string;

  @ApiProperty({ description: 'The lowest price.', example: '59990' })
  low!: string;

  @ApiProperty({ description: 'The last price.', example: '60001' })
  close!: string;

  @ApiProperty({ description: 'Traded, in the base asset.', example: '1.5' })
  volume!: string;

  @ApiProperty({ description: 'Traded, in the quote asset.', example: '90000' })
  quoteVolume!: string;

  @ApiProperty({ description: 'The number of trades.', type: 'integer', example: 12 })
  tradeCount!: number;
}

export function marketView({ instrument, status }: Market): MarketView {
  const { definition, baseScale, quoteScale } = instrument;
  return {
    symbol: instrument.symbol,
    baseAsset: instrument.base,
    quoteAsset: instrument.quote,
    status,
    tickSize: formatDecimal(definition.tickSize, quoteScale),
    lotSize: formatDecimal(definition.lotSize, baseScale),
    minQuantity: formatDecimal(definition.minQuantity, baseScale),
    maxQuantity: formatDecimal(definition.maxQuantity, baseScale),
    minNotional: formatDecimal(definition.minNotional, quoteScale),
    makerFeeBps: formatDecimal(definition.makerFeePpm, ppmDecimalsOfBps),
    takerFeeBps: formatDecimal(definition.takerFeePpm, ppmDecimalsOfBps),
    collarBps: definition.collarBps,
  };
}

/** A basis point is a hundred parts per million. */
const ppmDecimalsOfBps = 2;

/** A market at one moment, in ticks; absent is what there is not. */
export interface Quotes {
  readonly instrument: Instrument;
  readonly referenceTicks: number;
  readonly bidTicks: number | undefined;
  readonly askTicks: number | undefined;
  readonly time: number;
  readonly staleSince: number | undefined;
}

/** What a market shows at this moment. */
export function quotesOf(market: Market, time: number): Quotes {
  return {
    instrument: market.instrument,
    referenceTicks: market.referenceTicks,
    bidTicks: market.bestTicks('BUY'),
    askTicks: market.bestTicks('SELL'),
    time,
    staleSince: market.staleSince,
  };
}

export function tickerView(quotes: Quotes, lastTrade: TradeRow | undefined, day: DayRow | undefined): TickerView {
  const { instrument } = quotes;
  const { baseScale, quoteScale } = instrument;
  const price = (units: Amount | undefined) => (units === undefined ? null : formatDecimal(units, quoteScale));
  const ticks = (count: number | undefined) => price(count === undefined ? undefined : instrument.price(count));
  const referencePrice = quotes.referenceTicks === 0 ? null : ticks(quotes.referenceTicks);
  return {
    symbol: instrument.symbol,
    referencePrice,
    last: price(lastTrade?.price) ?? referencePrice,
    bid: ticks(quotes.bidTicks),
    ask: ticks(quotes.askTicks),
    open: price(day?.open),
    high: price(day?.high),
    low: price(day?.low),
    volume: formatDecimal(day?.volume ?? 0n, baseScale),
    quoteVolume: formatDecimal(day?.quoteVolume ?? 0n, quoteScale),
    tradeCount: day?.tradeCount ?? 0,
    time: timeText(quotes.time),
    stale: quotes.staleSince !== undefined,
    staleSince: quotes.staleSince === undefined ? null : timeText(quotes.staleSince),
  };
}

export function bookLevelView({ ticks, lots }: DepthLevel, instrument: Instrument): BookLevelView {
  const { baseScale, quoteScale } = instrument;
  return [formatDecimal(instrument.price(ticks), quoteScale), formatDecimal(instrument.quantity(lots), baseScale)];
}

export function tradeView(trade: TradeRow, { baseScale, quoteScale }: Instrument): TradeView {
  return {
    tradeId: formatId('trd', trade.tradeId),
    symbol: trade.symbol,
    price: formatDecimal(trade.price, quoteScale),
    quantity: formatDecimal(trade.quantity, baseScale),
    notional: formatDecimal(trade.notional, quoteScale),
    takerSide: trade.takerSide,
    executedAt: timeText(trade.executedAt),
  };
}

export function candleView(candle: CandleRow, { baseScale, quoteScale }: Instrument): CandleView {
  return {
    openTime: timeText(candle.openTime),
    open: formatDecimal(candle.open, quoteScale),
    high: formatDecimal(candle.high, quoteScale),
    low: formatDecimal(candle.low, quoteScale),
    close: formatDecimal(candle.close, quoteScale),
    volume: formatDecimal(candle.volume, baseScale),
    quoteVolume: formatDecimal(candle.quoteVolume, quoteScale),
    tradeCount: candle.tradeCount,
  };
}
