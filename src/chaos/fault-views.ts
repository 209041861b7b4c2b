import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { timeText } from '../edge/time-text.js';
import type { FaultEnd } from '../engine/command.js';
import { type Fault, type Strike, strikesKeptMax } from './fault.js';
import { type FaultKind, faultKinds } from './fault-kinds.js';
import { FaultParametersRequest, FaultTargetRequest } from './fault-requests.js';

type FaultStatus = 'IN_FORCE' | FaultEnd;
const statuses: readonly FaultStatus[] = ['IN_FORCE', 'CLEARED', 'EXPIRED', 'SPENT', 'RESTARTED'];

/** One that was struck. */
export class StrikeView {
  @ApiProperty({ description: 'Its place among all that fitted the target, from 0.', type: 'integer', example: 4 })
  place!: number;

  @ApiProperty({ description: 'When.', format: 'date-time' })
  at!: string;

  @ApiPropertyOptional({ description: 'The request.', example: 'r-1' })
  requestId?: string;

  @ApiPropertyOptional({ description: 'The account that it named.', example: 'acc-7' })
  accountId?: string;

  @ApiPropertyOptional({ description: 'The market that it named.', example: 'BTC-USD' })
  symbol?: string;

  @ApiPropertyOptional({ description: 'What it asked for.', example: 'PlaceOrder' })
  operation?: string;

  @ApiPropertyOptional({ description: 'Over what it came.', enum: ['REST', 'GRPC'] })
  transport?: 'REST' | 'GRPC';

  @ApiPropertyOptional({ description: 'The asset, in settlement.', example: 'USD' })
  asset?: string;

  @ApiPropertyOptional({ description: 'The kind of stream.', example: 'events' })
  channel?: string;
}

/** A fault, in force or ended, and what it did. */
export class FaultView {
  @ApiProperty({ description: 'The id of the fault, by which the journal names it too.', example: 'flt-12' })
  faultId!: string;

  @ApiProperty({ description: 'What happens.', enum: faultKinds })
  kind!: FaultKind;

  @ApiProperty({ description: 'Whom it may strike; what is not named is all.', type: FaultTargetRequest })
  target!: object;

  @ApiProperty({ description: 'What its kind asks for.', type: FaultParametersRequest })
  parameters!: object;

  @ApiProperty({ description: 'The part of those that fit the target which is struck.', example: 0.1 })
  probability!: number;

  @ApiPropertyOptional({ description: 'It ends when it has struck so often.', type: 'integer' })
  next?: number;

  @ApiProperty({ description: 'Decides which of those that fit are struck.', type: 'integer', example: 1 })
  seed!: number;

  @ApiProperty({ description: 'Whether it goes on after a restart.' })
  persistent!: boolean;

  @ApiProperty({ description: 'IN_FORCE, or how it ended.', enum: statuses })
  status!: FaultStatus;

  @ApiProperty({ description: 'When it was injected.', format: 'date-time' })
  injectedAt!: string;

  @ApiPropertyOptional({
    description: 'When it ends by itself; absent: not before it is cleared.',
    format: 'date-time',
  })
  expiresAt?: string;

  @ApiPropertyOptional({ description: 'When it ended.', format: 'date-time' })
  endedAt?: string;

  @ApiProperty({
    description: 'How many fitted the target since it was injected or the exchange started.',
    type: 'integer',
  })
  matched!: number;

  @ApiProperty({ description: 'How many of them were struck.', type: 'integer' })
  struck!: number;

  @ApiProperty({ description: `Whom it struck, the last ${strikesKeptMax}, oldest first.`, type: [StrikeView] })
  strikes!: readonly StrikeView[];
}

export class FaultsView {
  @ApiProperty({ description: 'Those in force first, each oldest first.', type: [FaultView] })
  items!: readonly FaultView[];
}

export function faultView({
  publicId,
  definition,
  injectedAt,
  expiresAt,
  ended,
  matched,
  struck,
  strikes,
}: Fault): FaultView {
  const { kind, target, parameters, probability, next, seed, persistent } = definition;
  return {
    faultId: publicId,
    ...{ kind, target, parameters, probability, next, seed, persistent },
    status: ended?.reason ?? 'IN_FORCE',
    injectedAt: timeText(injectedAt),
    expiresAt: expiresAt === undefined ? undefined : timeText(expiresAt),
    endedAt: ended === undefined ? undefined : timeText(ended.at),
    ...{ matched, struck },
    strikes: strikes.map(strikeView),
  };
}

export function faultsView(faults: readonly Fault[]): FaultsView {
  return { items: faults.map(faultView) };
}

function strikeView({ at, ...strike }: Strike): StrikeView {
  return { ...strike, at: timeText(at) };
}
