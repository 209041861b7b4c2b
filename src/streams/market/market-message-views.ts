import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type BookLevelView, CandleView, TickerView, TradeView } from '../../matching/market-data-views.js';

export const marketMessageTypes = ['snapshot', 'update'] as const;
export type MarketMessageType = (typeof marketMessageTypes)[number];

/** What every message about a market has. */
export abstract class MarketMessageView {
  @ApiProperty({
    description:
      'A snapshot says all that the channel has to say at this moment, and replaces whatever was said before; an update says what is different.',
    enum: marketMessageTypes,
  })
  type!: MarketMessageType;

  @ApiProperty({ description: 'The channel, as it was subscribed to.', example: 'book' })
  channel!: string;

  @ApiProperty({ description: 'The market.', example: 'BTC-USD' })
  symbol!: string;

  @ApiProperty({
    description: 'The first journal sequence that the message tells of; of a snapshot, the last one.',
    type: 'integer',
    example: 41,
  })
  firstSequence!: number;

  @ApiProperty({
    description: 'The last journal sequence that the message tells of.',
    type: 'integer',
    example: 42,
  })
  lastSequence!: number;

  @ApiProperty({
    description:
      'The lastSequence of the message before it in this subscription; null in the first. If it is another one than that of the message that you have, something is missing: subscribe again.',
    type: 'integer',
    nullable: true,
    example: 40,
  })
  previousLastSequence!: number | null;

  @ApiProperty({ description: "The venue's time of lastSequence.", format: 'date-time' })
  time!: string;

  @ApiPropertyOptional({
    description:
      'Present if not every step in between is told: of a book or a ticker the newest state alone, of trades the newest.',
    enum: [true],
  })
  conflated?: true;
}

const levels = {
  type: 'array',
  items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
} as const;

export class BookMessageView extends MarketMessageView {
  @ApiProperty({
    ...levels,
    description:
      'Price (quote asset) and quantity (base asset) of what is bid for. A snapshot has every price, highest first; an update those that changed, each with what is there now; "0" means that nothing is.',
    example: [['59999.99', '1.5']],
  })
  bids!: BookLevelView[];

  @ApiProperty({
    ...levels,
    description: 'The same of what is offered; in a snapshot the lowest price first.',
    example: [['60000.01', '0']],
  })
  asks!: BookLevelView[];

  @ApiPropertyOptional({
    description:
      'If asked for: CRC-32 (unsigned) of the best ten levels after this message, as `price:quantity` of bid 1, ask 1, bid 2, ask 2 and so on, joined by colons; a level that is not there is left out.',
    type: 'integer',
    example: 3_013_652_521,
  })
  checksum?: number;
}

export class TradesMessageView extends MarketMessageView {
  @ApiProperty({
    description: 'The trades, oldest first; in a snapshot the last twenty.',
    type: [TradeView],
  })
  trades!: TradeView[];
}

export class TickerMessageView extends MarketMessageView {
  @ApiProperty({ description: 'The market at a glance.', type: TickerView })
  ticker!: TickerView;
}

export class StreamedCandleView extends CandleView {
  @ApiProperty({ description: 'Whether the interval is over, so that the candle stays as it is.' })
  closed!: boolean;
}

export class CandlesMessageView extends MarketMessageView {
  @ApiProperty({
    description: 'The candles that are new or different, oldest first; in a snapshot the last two.',
    type: [StreamedCandleView],
  })
  candles!: StreamedCandleView[];
}
