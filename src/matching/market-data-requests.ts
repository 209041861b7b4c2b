import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsCount, IsSymbol, IsTime, IsWord, MayBeAbsent } from '../edge/field-checks.js';
import { PageRequest } from '../edge/page.js';
import type { CandleInterval } from '../journal/queries.js';

export const candleIntervals = ['1m', '5m', '1h', '1d'] as const satisfies readonly CandleInterval[];
export const bookDepthMax = 500;
export const bookDepthDefault = 20;

export class BookRequest {
  @MayBeAbsent()
  @IsCount(1, bookDepthMax)
  @ApiPropertyOptional({
    description: 'How many prices of each side to answer at most.',
    type: 'integer',
    minimum: 1,
    maximum: bookDepthMax,
    default: bookDepthDefault,
  })
  depth?: number;
}

export class CandlesRequest extends PageRequest {
  @IsWord(candleIntervals)
  @ApiProperty({ description: 'The length of a candle.', enum: candleIntervals, example: '1m' })
  interval!: CandleInterval;

  @MayBeAbsent()
  @IsTime()
  @ApiPropertyOptional({ description: 'Only candles that begin then or later.', example: '2026-01-31T12:00:00Z' })
  from?: string;

  @MayBeAbsent()
  @IsTime()
  @ApiPropertyOptional({ description: 'Only candles that begin before.', example: '2026-01-31T13:00:00Z' })
  to?: string;
}

/** In a message, what REST has in the path is a field. */
export class MarketMessage {
  @IsSymbol()
  symbol!: string;
}

export class BookMessage extends BookRequest {
  @IsSymbol()
  symbol!: string;
}

export class ListTradesMessage extends PageRequest {
  @IsSymbol()
  symbol!: string;
}

export class ListCandlesMessage extends CandlesRequest {
  @IsSymbol()
  symbol!: string;
}
