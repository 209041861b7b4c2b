import type { InstructionStatus } from '../../engine/command.js';
import type { TransferKind } from '../../engine/event.js';
import type { Amount } from '../../engine/money.js';
import type { CycleRow, InstructionRow, InstructionStep } from '../settlement-queries.js';
import type { StoredRow } from './rows.js';

const optionalText = (value: unknown): string | undefined => (value as string | null) ?? undefined;

/** `transferKind` is that of the transfer that made it, if one did. */
export function instructionRow(row: StoredRow, transferKind?: TransferKind): InstructionRow {
  return {
    instructionId: Number(row.instruction_id),
    kind: transferKind ?? 'TRADE_NET',
    madeBy: Number(row.cycle_sequence),
    accountId: Number(row.account_id),
    asset: row.asset as string,
    amount: row.amount as Amount,
    settlementDate: row.settlement_date as string,
    status: row.status as InstructionStatus,
    reason: optionalText(row.reason),
    attempts: Number(row.attempts),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}

export function instructionStep(row: StoredRow): InstructionStep {
  return {
    status: row.status as InstructionStatus,
    reason: optionalText(row.reason),
    sequence: Number(row.sequence),
    changedAt: Number(row.changed_at),
  };
}

export function cycleRow(row: StoredRow, markets: readonly StoredRow[]): CycleRow {
  return {
    sequence: Number(row.sequence),
    settlementDate: row.settlement_date as string,
    throughSequence: Number(row.through_sequence),
    markets: markets.map((market) => ({
      symbol: market.symbol as string,
      afterSequence: Number(market.after_sequence),
    })),
    firstInstructionId: Number(row.first_instruction_id),
    instructionCount: Number(row.instruction_count),
    closedAt: Number(row.closed_at),
  };
}
