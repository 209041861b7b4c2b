import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { assetIn } from '../edge/directory.js';
import { timeText } from '../edge/time-text.js';
import type { InstructionStatus } from '../engine/command.js';
import type { Exchange } from '../engine/exchange.js';
import { formatId } from '../engine/ids.js';
import { formatDecimal } from '../engine/money.js';
import type {
  InstructionKind,
  InstructionRow,
  InstructionWithHistory,
  ObligationRow,
} from '../journal/settlement-queries.js';
import { instructionKinds, instructionStatuses } from './settlement-requests.js';

const statusMeaning =
  'PENDING: made, and not sent yet; INSTRUCTED: the custodian has it; SETTLED: for good; FAILED: it is sent again, up to a number of times.';

export class SettlementView {
  @ApiProperty({ description: "The exchange's id of the instruction.", example: 'ins-7' })
  instructionId!: string;

  @ApiProperty({
    description:
      'TRADE_NET: what the trades of a cycle come to for an account and asset; DEPOSIT, WITHDRAWAL, TRANSFER: one account’s side of such a movement, ' +
      'which is made with it where there is a custodian.',
    enum: instructionKinds,
  })
  kind!: InstructionKind;

  @ApiProperty({ description: 'The account; acc-fees and acc-liquidity are the venue’s own.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({ description: 'The asset that the amount is in.', example: 'BTC' })
  asset!: string;

  @ApiProperty({
    description: 'What comes to the account, in whole assets; negative for what leaves it.',
    example: '0.1',
  })
  amount!: string;

  @ApiProperty({ description: 'The day on which it settles, in UTC.', example: '2026-01-31' })
  settlementDate!: string;

  @ApiProperty({ description: statusMeaning, enum: instructionStatuses })
  status!: InstructionStatus;

  @ApiPropertyOptional({ description: 'Why it failed.', example: 'the account has too little of it' })
  reason?: string;

  @ApiProperty({ description: 'How often the custodian was instructed.', type: 'integer', example: 1 })
  attempts!: number;

  @ApiPropertyOptional({
    description: 'The journal sequence of the cycle that it was made in, of a TRADE_NET.',
    type: 'integer',
    example: 42,
  })
  cycleSequence?: number;

  @ApiPropertyOptional({ description: 'The deposit, withdrawal or transfer that it was made with.', example: 'tfr-9' })
  transferId?: string;

  @ApiProperty({ description: 'When it was made.', format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ description: 'When its status last changed.', format: 'date-time' })
  updatedAt!: string;
}

export class SettlementStepView {
  @ApiProperty({ description: 'What the instruction became.', enum: instructionStatuses })
  status!: InstructionStatus;

  @ApiPropertyOptional({ description: 'Why it failed.' })
  reason?: string;

  @ApiProperty({ description: 'The journal sequence that says so.', type: 'integer', example: 42 })
  sequence!: number;

  @ApiProperty({ description: 'When that was.', format: 'date-time' })
  changedAt!: string;
}

export class SettlementWithHistoryView extends SettlementView {
  @ApiProperty({ description: 'Every status that it had, oldest first.', type: [SettlementStepView] })
  history!: readonly SettlementStepView[];
}

/** One leg of a trade, or its fee, as one account sees it. */
export class ObligationView {
  @ApiProperty({ description: 'The trade.', example: 'trd-3' })
  tradeId!: string;

  @ApiProperty({ description: 'The market that it was made in.', example: 'BTC-USD' })
  symbol!: string;

  @ApiProperty({ description: 'Who owes or gets it.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({ description: 'The asset that the amount is in.', example: 'USD' })
  asset!: string;

  @ApiProperty({ description: 'What comes to the account; negative for what leaves it.', example: '-2000' })
  amount!: string;

  @ApiProperty({ description: 'A leg of the trade, or the fee for it.', enum: ['TRADE', 'FEE'] })
  type!: 'TRADE' | 'FEE';

  @ApiProperty({ description: 'The day on which it settles, in UTC.', example: '2026-01-31' })
  settlementDate!: string;

  @ApiProperty({
    description:
      'That of its instruction; PENDING before the cut-off; SETTLED also where the cycle came to nothing for this account and asset.',
    enum: instructionStatuses,
  })
  status!: InstructionStatus;

  @ApiPropertyOptional({ description: 'The instruction that it is a part of.', example: 'ins-7' })
  instructionId?: string;

  @ApiProperty({ description: 'When the trade was made.', format: 'date-time' })
  tradedAt!: string;
}

export class ClosedCycleView {
  @ApiProperty({ description: 'The journal sequence of the cycle.', type: 'integer', example: 42 })
  sequence!: number;

  @ApiProperty({ description: 'The day on which it settles.', example: '2026-01-31' })
  settlementDate!: string;

  @ApiProperty({ description: 'How many instructions it made.', type: 'integer', example: 6 })
  instructions!: number;
}

export class ClosedCyclesView {
  @ApiProperty({ description: 'The cycles that were closed; none if nothing was due.', type: [ClosedCycleView] })
  cycles!: readonly ClosedCycleView[];
}

export function settlementView(row: InstructionRow, exchange: Exchange): SettlementView {
  const { instructionId, kind, accountId, asset, amount, settlementDate, status, reason, attempts, madeBy } = row;
  return {
    instructionId: formatId('ins', instructionId),
    kind,
    accountId: formatId('acc', accountId),
    asset,
    amount: formatDecimal(amount, assetIn(exchange, asset).scale),
    ...{ settlementDate, status, reason, attempts },
    ...(kind === 'TRADE_NET' ? { cycleSequence: madeBy } : { transferId: formatId('tfr', madeBy) }),
    createdAt: timeText(row.createdAt),
    updatedAt: timeText(row.updatedAt),
  };
}

export function settlementWithHistoryView(row: InstructionWithHistory, exchange: Exchange): SettlementWithHistoryView {
  const history = row.history.map(({ status, reason, sequence, changedAt }) => ({
    ...{ status, reason, sequence },
    changedAt: timeText(changedAt),
  }));
  return { ...settlementView(row, exchange), history };
}

/** `settlementDate` is what the calendar says, for a trade whose cycle is not closed. */
export function obligationView(row: ObligationRow, settlementDate: string, exchange: Exchange): ObligationView {
  const { tradeId, symbol, accountId, asset, amount, type, tradedAt, cycle, instruction } = row;
  return {
    tradeId: formatId('trd', tradeId),
    symbol,
    accountId: formatId('acc', accountId),
    asset,
    amount: formatDecimal(amount, assetIn(exchange, asset).scale),
    type,
    settlementDate: cycle?.settlementDate ?? settlementDate,
    status: instruction?.status ?? (cycle === undefined ? 'PENDING' : 'SETTLED'),
    instructionId: instruction && formatId('ins', instruction.instructionId),
    tradedAt: timeText(tradedAt),
  };
}
