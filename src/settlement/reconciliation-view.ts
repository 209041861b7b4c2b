import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { formatId } from '../engine/ids.js';
import { type BreakKind, breakKinds, type ReconciliationReport } from './reconciliation.js';

export class BreakView {
  @ApiProperty({
    description:
      'LEDGER: the instructions of a cycle are not the net of its postings, or those of a deposit, withdrawal or transfer not its posting. ' +
      'INSTRUCTION_MISSING: an instruction was counted, and is not there. CYCLE_GAP: a cycle does not go on where the last one ended. ' +
      'CUSTODIAN: the custodian has it not, or in other terms, or not settled what is settled here. ' +
      'NOT_SETTLED: it failed as often as it may be sent.',
    enum: breakKinds,
  })
  kind!: BreakKind;

  @ApiProperty({ description: 'What is wrong, in a sentence.' })
  detail!: string;

  @ApiPropertyOptional({ description: 'The instruction.', example: 'ins-7' })
  instructionId?: string;

  @ApiPropertyOptional({ description: 'The journal sequence of the cycle.', type: 'integer', example: 42 })
  cycleSequence?: number;

  @ApiPropertyOptional({ description: 'The deposit, withdrawal or transfer.', example: 'tfr-9' })
  transferId?: string;
}

export class InstructionCountsView {
  @ApiProperty({ description: 'PENDING here.', type: 'integer' })
  pending!: number;

  @ApiProperty({ description: 'INSTRUCTED here.', type: 'integer' })
  instructed!: number;

  @ApiProperty({ description: 'SETTLED here.', type: 'integer' })
  settled!: number;

  @ApiProperty({ description: 'FAILED here.', type: 'integer' })
  failed!: number;
}

/** Instructions against the ledger and against the custodian. */
export class ReconciliationView {
  @ApiProperty({ description: 'Whether there is no break.' })
  ok!: boolean;

  @ApiProperty({ description: 'The journal sequence up to which the exchange was looked at.', type: 'integer' })
  asOfSeq!: number;

  @ApiProperty({ description: 'The name of the custodian; `internal` where there is none.', example: 'internal' })
  custodian!: string;

  @ApiProperty({ description: 'How many cycles were looked at.', type: 'integer' })
  cycles!: number;

  @ApiProperty({
    description: 'How many instructions of deposits, withdrawals and transfers were looked at.',
    type: 'integer',
  })
  transfers!: number;

  @ApiProperty({ description: 'How many instructions were looked at altogether.', type: InstructionCountsView })
  instructions!: InstructionCountsView;

  @ApiProperty({ description: 'How many of them the custodian has as they are here.', type: 'integer' })
  confirmed!: number;

  @ApiProperty({ description: 'How many breaks there are.', type: 'integer' })
  breakCount!: number;

  @ApiProperty({ description: 'Each break, the first thousand at most.', type: [BreakView] })
  breaks!: readonly BreakView[];
}

export function reconciliationView(report: ReconciliationReport): ReconciliationView {
  const { asOfSeq, custodian, cycles, transfers, instructions, confirmed, breakCount, breaks } = report;
  return {
    ok: breakCount === 0,
    ...{ asOfSeq, custodian, cycles, transfers, confirmed, breakCount },
    instructions: {
      pending: instructions.PENDING,
      instructed: instructions.INSTRUCTED,
      settled: instructions.SETTLED,
      failed: instructions.FAILED,
    },
    breaks: breaks.map(({ kind, detail, instructionId, cycleSequence, transferId }) => ({
      ...{ kind, detail, cycleSequence },
      instructionId: instructionId === undefined ? undefined : formatId('ins', instructionId),
      transferId: transferId === undefined ? undefined : formatId('tfr', transferId),
    })),
  };
}
