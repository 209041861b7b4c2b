import { assertInvariant } from '../assert.js';
import type { InstructionStatus, InstructionStatusChange } from '../command.js';
import type { SettlementInstruction } from '../event.js';

/** While so many are not settled, no more are made: trades wait for their cycle, and transfers are refused. */
export const openInstructionsMax = 100_000;

/** An instruction that is not settled yet. */
export interface OpenInstruction {
  readonly instructionId: number;
  readonly accountId: number;
  readonly status: InstructionStatus;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
}

/** What an instruction may become. One that failed may be sent again; one that is settled stays so. */
const successors: Readonly<Record<InstructionStatus, readonly InstructionStatus[]>> = {
  PENDING: ['INSTRUCTED'],
  INSTRUCTED: ['SETTLED', 'FAILED'],
  FAILED: ['INSTRUCTED'],
  SETTLED: [],
};

/** The instructions that are on their way. What is settled is forgotten here; the journal tells of it. */
export class Settlement {
  /** How many instructions there ever were; the last one has this id. */
  instructionCount = 0;
  private readonly openById = new Map<number, OpenInstruction>();
  private readonly counts: Record<InstructionStatus, number> = { PENDING: 0, INSTRUCTED: 0, SETTLED: 0, FAILED: 0 };

  get(instructionId: number): OpenInstruction | undefined {
    return this.openById.get(instructionId);
  }

  /** Oldest first. */
  open(): Iterable<OpenInstruction> {
    return this.openById.values();
  }

  get openCount(): number {
    return this.openById.size;
  }

  /** Whoever is to settle them does not keep up. */
  get isCrowded(): boolean {
    return this.openById.size >= openInstructionsMax;
  }

  /** How many there are in a status now. */
  count(status: InstructionStatus): number {
    return status === 'SETTLED' ? this.instructionCount - this.openById.size : this.counts[status];
  }

  mayBecome(status: InstructionStatus, next: InstructionStatus): boolean {
    return successors[status].includes(next);
  }

  add({ instructionId, accountId }: SettlementInstruction, createdAt: number): void {
    assertInvariant(instructionId === this.instructionCount + 1, 'instructions are counted');
    this.instructionCount = instructionId;
    this.put({ instructionId, accountId, status: 'PENDING', createdAt });
  }

  change({ instructionId, status }: InstructionStatusChange): void {
    const before = this.openById.get(instructionId);
    assertInvariant(before !== undefined, 'an event names an instruction that is not settled');
    assertInvariant(this.mayBecome(before.status, status), 'an instruction goes from status to status');
    this.counts[before.status] -= 1;
    if (status === 'SETTLED') this.openById.delete(instructionId);
    else this.put({ ...before, status });
  }

  restore({ instructionCount, open }: { instructionCount: number; open: readonly OpenInstruction[] }): void {
    this.instructionCount = instructionCount;
    for (const instruction of open) this.put(instruction);
  }

  private put(instruction: OpenInstruction): void {
    this.openById.set(instruction.instructionId, instruction);
    this.counts[instruction.status] += 1;
  }
}
