import type { InstructionStatusChange, Stamp } from '../../engine/command.js';
import type { FundsMoved, SettlementCycleClosed, SettlementInstruction } from '../../engine/event.js';
import { transferInstructions } from '../../engine/settlement/transfer-instructions.js';
import type { Database } from './database.js';

const insertCycle = `INSERT INTO settlement_cycles
  (sequence, settlement_date, through_sequence, first_instruction_id, instruction_count, closed_at) VALUES (?, ?, ?, ?, ?, ?)`;
const insertCycleMarket = `INSERT INTO settlement_cycle_markets
  (symbol, through_sequence, after_sequence, cycle_sequence) VALUES (?, ?, ?, ?)`;
const insertInstruction = `INSERT INTO instructions (instruction_id, cycle_sequence, account_id, asset, amount,
  settlement_date, status, attempts, steps, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 'PENDING', 0, 1, ?, ?)`;
const updateInstruction = `UPDATE instructions SET status = ?1, reason = ?2, attempts = attempts + (?1 = 'INSTRUCTED'),
  steps = steps + 1, updated_at = ?3 WHERE instruction_id = ?4`;
const insertStep = `INSERT INTO instruction_history (instruction_id, step, status, reason, sequence, changed_at)
  VALUES (?, ?, ?, ?, ?, ?)`;
/** As the instruction is now: in half the time that it takes with what RETURNING gives. */
const insertNextStep = `INSERT INTO instruction_history (instruction_id, step, status, reason, sequence, changed_at)
  SELECT instruction_id, steps, status, reason, ?, updated_at FROM instructions WHERE instruction_id = ?`;

/** Cycles, the instructions of these and of transfers, and how they came to be what they are. */
export class SettlementProjection {
  constructor(private readonly database: Database) {}

  closed(record: Stamp, event: SettlementCycleClosed): void {
    const { sequence, time } = record;
    const { settlementDate, throughSequence, markets, instructions } = event;
    const firstId = instructions[0]?.instructionId ?? 0;
    this.database
      .statement(insertCycle)
      .run(sequence, settlementDate, throughSequence, firstId, instructions.length, time);
    for (const { symbol, afterSequence } of markets) {
      this.database.statement(insertCycleMarket).run(symbol, throughSequence, afterSequence, sequence);
    }
    for (const instruction of instructions) this.instructed(record, instruction, settlementDate);
  }

  /** A transfer settles on the day on which it is made, whatever the calendar of trades says. */
  moved(record: Stamp, event: FundsMoved): void {
    for (const instruction of transferInstructions(event)) this.instructed(record, instruction, dayOf(record.time));
  }

  changed({ sequence, time }: Stamp, { instructionId, status, reason = null }: Change): void {
    const { changes } = this.database.statement(updateInstruction).run(status, reason, time, instructionId);
    if (Number(changes) !== 1) throw new Error(`instruction ${instructionId} was changed, but it has no row`);
    this.database.statement(insertNextStep).run(sequence, instructionId);
  }

  private instructed({ sequence, time }: Stamp, made: SettlementInstruction, settlementDate: string): void {
    const { instructionId, accountId, asset, amount } = made;
    this.database
      .statement(insertInstruction)
      .run(instructionId, sequence, accountId, asset, amount, settlementDate, time, time);
    this.database.statement(insertStep).run(instructionId, 1, 'PENDING', null, sequence, time);
  }
}

/** In UTC, such as `2026-01-31`. */
function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

type Change = Omit<InstructionStatusChange, 'reason'> & { readonly reason?: string | null };
