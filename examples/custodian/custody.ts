import { addDecimals } from '../decimals.ts';
import type { LineStore } from '../line-store.ts';
import { type Behaviour, fails, wellBehaved } from './behaviour.ts';
import { type Instruction, keyOf, sameTerms, type Terms } from './instruction.ts';

/** What was submitted is something else than what has this id already. */
export class OtherTerms extends Error {}

export interface Position {
  readonly accountId: string;
  readonly asset: string;
  readonly amount: string;
}

/** The books of the custodian: instructions, what becomes of them, and what they have moved. */
export class Custody {
  behaviour: Behaviour;
  private readonly instructions = new Map<string, Instruction>();
  private readonly positions = new Map<string, Map<string, Position>>();
  private readonly listeners = new Set<(instruction: Instruction) => void>();
  private readonly store: LineStore<Instruction>;

  constructor(store: LineStore<Instruction>, behaviour: Behaviour = wellBehaved) {
    this.store = store;
    this.behaviour = behaviour;
    for (const instruction of store.kept) this.take(instruction);
    // What was accepted and not decided when the process ended is decided now.
    for (const instruction of this.instructions.values()) {
      if (instruction.status === 'ACCEPTED') this.decideLater(instruction);
    }
  }

  /** Does nothing a second time: the same attempt gives what became of it, a higher one tries what failed anew. */
  submit(terms: Terms, attempt: number): Instruction {
    const known = this.instructions.get(keyOf(terms));
    if (known !== undefined && !sameTerms(known, terms)) throw new OtherTerms(`${terms.instructionId} has other terms`);
    if (known !== undefined && !(known.status === 'FAILED' && attempt > known.attempt)) return known;
    const { venueId, instructionId, accountId, asset, amount, settlementDate } = terms;
    const status = 'ACCEPTED' as const;
    const accepted = { venueId, instructionId, accountId, asset, amount, settlementDate, attempt, status, reason: '' };
    this.keep(accepted);
    this.decideLater(accepted);
    return this.instructions.get(keyOf(terms))!;
  }

  find(terms: Pick<Terms, 'venueId' | 'instructionId'>): Instruction | undefined {
    return this.instructions.get(keyOf(terms));
  }

  positionsOf(venueId: string): readonly Position[] {
    return [...(this.positions.get(venueId)?.values() ?? [])];
  }

  /** Tells of every change; the result ends that. */
  onChange(listener: (instruction: Instruction) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The books say something else from now on. False if there is no such instruction. */
  tamper(terms: Pick<Terms, 'venueId' | 'instructionId'>, amount: string): boolean {
    const known = this.instructions.get(keyOf(terms));
    if (known !== undefined) this.instructions.set(keyOf(terms), { ...known, amount });
    return known !== undefined;
  }

  private decideLater(instruction: Instruction): void {
    const { delayMs } = this.behaviour;
    if (delayMs === 0) this.decide(instruction);
    else setTimeout(() => this.decide(instruction), delayMs);
  }

  private decide(instruction: Instruction): void {
    const failed = fails(this.behaviour, instruction);
    const reason = failed ? `attempt ${instruction.attempt} was made to fail` : '';
    this.keep({ ...instruction, status: failed ? 'FAILED' : 'SETTLED', reason });
  }

  private keep(instruction: Instruction): void {
    this.store.append(instruction);
    this.take(instruction);
    for (const listener of this.listeners) listener(instruction);
  }

  private take(instruction: Instruction): void {
    this.instructions.set(keyOf(instruction), instruction);
    if (instruction.status === 'SETTLED') this.move(instruction);
  }

  private move({ venueId, accountId, asset, amount }: Instruction): void {
    const positions = this.positions.get(venueId) ?? new Map<string, Position>();
    this.positions.set(venueId, positions);
    const key = `${accountId} ${asset}`;
    const before = positions.get(key)?.amount ?? '0';
    positions.set(key, { accountId, asset, amount: addDecimals(before, amount) });
  }
}
