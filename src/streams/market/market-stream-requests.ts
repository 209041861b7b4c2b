import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsCount, IsFlag, IsSetOfSymbols, IsSymbol, IsWord, MayBeAbsent } from '../../edge/field-checks.js';
import type { CandleInterval } from '../../journal/queries.js';
import { candleIntervals } from '../../matching/market-data-requests.js';

/** The longest time that a reader may want between two messages. */
export const conflateMsMax = 60_000;
/** What is looked up for a message, instead of being followed, is looked up no more often than this. */
export const lookUpMsMin = 100;
export const lookUpMsDefault = 1_000;

/** Which market to follow; every change at once unless `conflateMs` says otherwise. */
export class FollowMarket {
  @IsSymbol()
  @ApiProperty({ description: 'The market.', example: 'BTC-USD' })
  symbol!: string;

  @MayBeAbsent()
  @IsCount(0, conflateMsMax)
  @ApiPropertyOptional({
    description: 'The least time between two messages, in milliseconds; what happens meanwhile is told in one.',
    type: 'integer',
    minimum: 0,
    maximum: conflateMsMax,
    default: 0,
  })
  conflateMs?: number;
}

export class FollowBook extends FollowMarket {
  @MayBeAbsent()
  @IsFlag()
  @ApiPropertyOptional({ description: 'Whether each message has a checksum of the book after it.', default: false })
  checksum?: boolean;
}

/** Which market to look at now and then. */
export class WatchMarket {
  @IsSymbol()
  @ApiProperty({ description: 'The market.', example: 'BTC-USD' })
  symbol!: string;

  @MayBeAbsent()
  @IsCount(lookUpMsMin, conflateMsMax)
  @ApiPropertyOptional({
    description: 'The least time between two messages, in milliseconds.',
    type: 'integer',
    minimum: lookUpMsMin,
    maximum: conflateMsMax,
    default: lookUpMsDefault,
  })
  conflateMs?: number;
}

/** Over gRPC the interval is a field, and not a part of the channel's name. */
export class WatchCandlesMessage extends WatchMarket {
  @IsWord(candleIntervals)
  interval!: CandleInterval;
}

/** Over gRPC one stream can look at many markets, or at all. */
export class WatchTickersMessage {
  @MayBeAbsent()
  @IsSetOfSymbols()
  symbols?: string[];

  @MayBeAbsent()
  @IsCount(lookUpMsMin, conflateMsMax)
  conflateMs?: number;
}
