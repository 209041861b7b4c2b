import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsDay, IsPublicId, IsWord, MayBeAbsent } from '../edge/field-checks.js';
import { PageRequest } from '../edge/page.js';
import type { InstructionStatus } from '../engine/command.js';
import type { InstructionKind } from '../journal/settlement-queries.js';

export const instructionStatuses = [
  ...(['PENDING', 'INSTRUCTED', 'SETTLED', 'FAILED'] as const),
] as const satisfies readonly InstructionStatus[];

export const instructionKinds = [
  ...(['TRADE_NET', 'DEPOSIT', 'WITHDRAWAL', 'TRANSFER'] as const),
] as const satisfies readonly InstructionKind[];

export class ListSettlementsRequest extends PageRequest {
  @MayBeAbsent()
  @IsPublicId('acc')
  @ApiPropertyOptional({ description: 'Only instructions of this account.', example: 'acc-7' })
  accountId?: string;

  @MayBeAbsent()
  @IsWord(instructionStatuses)
  @ApiPropertyOptional({ description: 'Only instructions with this status.', enum: instructionStatuses })
  status?: InstructionStatus;

  @MayBeAbsent()
  @IsDay()
  @ApiPropertyOptional({ description: 'Only instructions that settle on this day.', example: '2026-01-31' })
  date?: string;

  @MayBeAbsent()
  @IsPublicId('trd')
  @ApiPropertyOptional({
    description: 'Only instructions that this trade is a part of: at most one for each account and asset of it.',
    example: 'trd-3',
  })
  tradeId?: string;

  @MayBeAbsent()
  @IsPublicId('tfr')
  @ApiPropertyOptional({
    description: 'Only instructions of this deposit, withdrawal or transfer; none where no custodian was there.',
    example: 'tfr-9',
  })
  transferId?: string;
}

export class ListObligationsRequest extends PageRequest {
  @MayBeAbsent()
  @IsPublicId('acc')
  @ApiPropertyOptional({ description: 'What this account owes and gets, newest first.', example: 'acc-7' })
  accountId?: string;

  @MayBeAbsent()
  @IsPublicId('trd')
  @ApiPropertyOptional({ description: 'What this trade obliges everybody in it to.', example: 'trd-3' })
  tradeId?: string;
}

export class CloseCyclesRequest {
  @MayBeAbsent()
  @IsDay()
  @ApiPropertyOptional({
    description: 'Also close what is due by the cut-off of this day; absent: what is due now.',
    example: '2026-01-31',
  })
  asOf?: string;
}

export class ReconcileRequest {
  @MayBeAbsent()
  @IsDay()
  @ApiPropertyOptional({ description: 'Only what settles on this day; absent: all.', example: '2026-01-31' })
  date?: string;
}

/** In a message, what REST has in the path is a field. */
export class SettlementMessage {
  @IsPublicId('ins')
  instructionId!: string;
}
