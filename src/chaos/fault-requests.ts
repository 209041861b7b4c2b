import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsAsset,
  IsCount,
  IsFlag,
  IsFraction,
  IsObject,
  IsPublicId,
  IsSymbol,
  IsWord,
  MayBeAbsent,
} from '../edge/field-checks.js';
import {
  type Distribution,
  delayMsMax,
  distributions,
  type FaultKind,
  type FaultMode,
  faultKinds,
  faultModes,
  rejectableCodes,
} from './fault-kinds.js';
import { operationNames } from './operations.js';

const transports = ['REST', 'GRPC'] as const;
const channels = ['book', 'trades', 'ticker', 'candles', 'events'] as const;

/** Whom the fault may strike. What is not named is all. */
export class FaultTargetRequest {
  @MayBeAbsent()
  @IsPublicId('acc')
  @ApiPropertyOptional({ description: 'Requests that name this account, or its settlement.', example: 'acc-7' })
  accountId?: string;

  @MayBeAbsent()
  @IsSymbol()
  @ApiPropertyOptional({ description: 'Requests that name this market, or the market itself.', example: 'BTC-USD' })
  symbol?: string;

  @MayBeAbsent()
  @IsWord(operationNames)
  @ApiPropertyOptional({
    description: 'What is asked for, by the name that gRPC has for it, over REST as well.',
    enum: operationNames,
    example: 'PlaceOrder',
  })
  operation?: string;

  @MayBeAbsent()
  @IsWord(transports)
  @ApiPropertyOptional({ description: 'Requests over this transport alone.', enum: transports })
  transport?: (typeof transports)[number];

  @MayBeAbsent()
  @IsAsset()
  @ApiPropertyOptional({ description: 'Settlement of this asset alone.', example: 'USD' })
  asset?: string;

  @MayBeAbsent()
  @IsWord(channels)
  @ApiPropertyOptional({ description: 'Streams of this kind alone.', enum: channels, example: 'events' })
  channel?: string;
}

/** What the fault is told. Which of these belong to it follows from its kind. */
export class FaultParametersRequest {
  @MayBeAbsent()
  @IsWord(distributions)
  @ApiPropertyOptional({ description: '`latency`: how delays differ.', enum: distributions, default: 'fixed' })
  distribution?: Distribution;

  @MayBeAbsent()
  @IsCount(0, delayMsMax)
  @ApiPropertyOptional({
    description:
      'Milliseconds. `latency`: the delay (`fixed`), or its median (`log-normal`); `settlement-delay`: how much later the custodian is heard; `ack-delay`: how much later an order is matched; `stream-delay`, `stream-stall`: how much later a message comes, and for how long none does.',
    type: 'integer',
    minimum: 0,
    maximum: delayMsMax,
    example: 250,
  })
  delayMs?: number;

  @MayBeAbsent()
  @IsCount(0, delayMsMax)
  @ApiPropertyOptional({ description: '`latency`, `uniform`: the shortest delay in milliseconds.', type: 'integer' })
  delayMsMin?: number;

  @MayBeAbsent()
  @IsCount(0, delayMsMax)
  @ApiPropertyOptional({ description: '`latency`, `uniform`: the longest delay in milliseconds.', type: 'integer' })
  delayMsMax?: number;

  @MayBeAbsent()
  @IsFraction(3)
  @ApiPropertyOptional({
    description: '`latency`, `log-normal`: the standard deviation of the logarithm, above 0 and at most 3.',
    default: 0.5,
  })
  sigma?: number;

  @MayBeAbsent()
  @IsWord(rejectableCodes)
  @ApiPropertyOptional({
    description: '`reject`: the code. An order is kept as REJECTED with it.',
    enum: rejectableCodes,
    example: 'INSUFFICIENT_FUNDS',
  })
  code?: string;

  @MayBeAbsent()
  @IsWord(faultModes)
  @ApiPropertyOptional({
    description:
      '`downtime`: `answer` (503) or `cut` (the connection ends); `response-lost`: `cut`, or `hang` (nothing comes, for a minute at most).',
    enum: faultModes,
  })
  mode?: FaultMode;

  @MayBeAbsent()
  @IsCount(1, 3_600)
  @ApiPropertyOptional({
    description: '`downtime`, `rate-limit`: the seconds that `Retry-After` says.',
    type: 'integer',
    default: 1,
  })
  retryAfterSeconds?: number;

  @MayBeAbsent()
  @IsCount(0, 100)
  @ApiPropertyOptional({
    description: '`partial-fill`: how much of an order by quantity is filled at most, in per cent.',
    type: 'integer',
    minimum: 0,
    maximum: 100,
  })
  fillPercent?: number;

  @MayBeAbsent()
  @IsCount(-99, 1_000)
  @ApiPropertyOptional({
    description:
      '`price-shock`, `depeg`: by how much the price, or the value of the asset, changes, in per cent; `liquidity-withdrawal`: how much of the depth goes, 1 to 100.',
    type: 'integer',
    minimum: -99,
    maximum: 1_000,
    example: -20,
  })
  percent?: number;

  @MayBeAbsent()
  @IsFraction(604_800)
  @ApiPropertyOptional({
    description: '`price-shock`, `depeg`: the seconds over which that builds up; absent is at once.',
    example: 60,
  })
  rampSeconds?: number;

  @MayBeAbsent()
  @IsAsset()
  @ApiPropertyOptional({ description: '`depeg`: the asset that loses its value, or gains.', example: 'USDT' })
  asset?: string;

  @MayBeAbsent()
  @IsCount(2, 1_000)
  @ApiPropertyOptional({ description: '`spread`: how many times as wide.', type: 'integer', minimum: 2, example: 10 })
  multiplier?: number;

  @MayBeAbsent()
  @IsCount(1, 10_000)
  @ApiPropertyOptional({
    description: '`stream-gap`: how many messages are missing in a row.',
    type: 'integer',
    default: 10,
  })
  messages?: number;
}

/** A fault to inject. */
export class InjectFaultRequest {
  @IsWord(faultKinds)
  @ApiProperty({ description: 'What happens.', enum: faultKinds, example: 'latency' })
  kind!: FaultKind;

  @MayBeAbsent()
  @IsObject()
  @ApiPropertyOptional({ description: 'Whom it may strike; absent: all.', type: FaultTargetRequest })
  target?: object;

  @MayBeAbsent()
  @IsObject()
  @ApiPropertyOptional({ description: 'What its kind asks for.', type: FaultParametersRequest })
  parameters?: object;

  @MayBeAbsent()
  @IsFraction(1)
  @ApiPropertyOptional({
    description: 'The part of those that fit the target which is struck, above 0 and at most CHAOS_SHARE_MAX.',
    default: 1,
    example: 0.1,
  })
  probability?: number;

  @MayBeAbsent()
  @IsCount(1, 1_000_000)
  @ApiPropertyOptional({ description: 'It ends when it has struck so often.', type: 'integer', example: 3 })
  next?: number;

  @MayBeAbsent()
  @IsFraction(31_536_000)
  @ApiPropertyOptional({
    description: 'It ends after so many seconds, at most CHAOS_DURATION_MAX_SECONDS, which is also the default.',
    example: 60,
  })
  durationSeconds?: number;

  @MayBeAbsent()
  @IsFlag()
  @ApiPropertyOptional({ description: 'It goes on until it is cleared, instead of a duration.', default: false })
  untilCleared?: boolean;

  @MayBeAbsent()
  @IsCount(0, 2_147_483_647)
  @ApiPropertyOptional({
    description: 'With the same seed the same of those that fit the target are struck. Absent: SEED.',
    type: 'integer',
  })
  seed?: number;

  @MayBeAbsent()
  @IsFlag()
  @ApiPropertyOptional({ description: 'It goes on after a restart; others end with the process.', default: false })
  persistent?: boolean;
}

export class ListFaultsRequest {
  @MayBeAbsent()
  @IsFlag()
  @ApiPropertyOptional({ description: 'Only those in force.', default: false })
  inForce?: boolean;
}

/** In a message, what REST has in the path is a field. */
export class FaultMessage {
  @IsPublicId('flt')
  faultId!: string;
}

/** ClearFaults asks for nothing in particular. */
export class ClearFaultsRequest {}
