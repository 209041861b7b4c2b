import type { InstructionStatusChange } from '../../engine/command.js';
import type { SettlementCycleClosed } from '../../engine/event.js';
import type { RecordedEvents } from '../queries.js';
import type { Database } from './database.js';

const insertCycle = `INSERT INTO settlement_cycles
  (sequence, settlement_date, through_sequence, first_instruction_id, instruction_count, closed_at) VALUES (?, ?, ?, ?, ?, ?)`;
const insertCycleMarket = `INSERT INTO settlement_cycle_markets
  (symbol, through_sequence, after_sequence, cycle_sequence) VALUES (?, ?, ?, ?)`;
const insertInstruction = `INSERT INTO instructions (instruction_id, cycle_sequence, account_id, asset, amount,
  settlement_date, status, attempts, steps, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 'PENDING', 0, 1, ?, ?)`;
const updateInstruction = `UPDATE instructions SET status = ?1, reason = ?2, attempts = attempts + (?1 = 'INSTRUCTED'),
  steps = steps + 1, updated_at = ?3 WHERE instruction_id = ?4 RETURNING steps`;
const insertStep = `INSERT INTO instruction_history (instruction_id, step, status, reason, sequence, changed_at)
  VALUES (?, ?, ?, ?, ?, ?)`;

/** Cycles, their instructions, and how these came to be what they are. */
export class SettlementProjection {
  constructor(private readonly database: Database) {}

  closed({ sequence, time }: RecordedEvents, event: SettlementCycleClosed): void {
    const { settlementDate, throughSequence, markets, instructions } = event;
    const firstId = instructions[0]?.instructionId ?? 0;
    this.database
      .statement(insertCycle)
      .run(sequence, settlementDate, throughSequence, firstId, instructions.length, time);
    for (const { symbol, afterSequence } of markets) {
      this.database.statement(insertCycleMarket).run(symbol, throughSequence, afterSequence, sequence);
    }
    for (const { instructionId, accountId, asset, amount } of instructions) {
      this.database
        .statement(insertInstruction)
        .run(instructionId, sequence, accountId, asset, amount, settlementDate, time, time);
      this.database.statement(insertStep).run(instructionId, 1, 'PENDING', null, sequence, time);
    }
  }

  changed({ sequence, time }: RecordedEvents, { instructionId, status, reason = null }: Change): void {
    const row = this.database.statement(updateInstruction).get(status, reason, time, instructionId);
    if (row === undefined) throw new Error(`instruction ${instructionId} was changed, but it has no row`);
    this.database.statement(insertStep).run(instructionId, row.steps as bigint, status, reason, sequence, time);
  }
}

type Change = Omit<InstructionStatusChange, 'reason'> & { readonly reason?: string | null };
