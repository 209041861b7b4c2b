import { Custodian, type CustodyRecord, type OutgoingInstruction } from './custodian.js';

/** What faults do to one instruction. */
export interface CustodyFate {
  /** The public ids of the faults that strike it; without one it is spared. */
  readonly faults: readonly string[];
  /** How much later the custodian is heard, in milliseconds. */
  readonly delayMs: number;
  /** It is failed for this reason, without reaching the custodian. */
  readonly failure?: string;
  /** It reaches the custodian, and what becomes of it is not heard. */
  readonly isLost: boolean;
}

/** Decides what becomes of an instruction each time that it is sent. */
export type CustodyFaults = (instruction: OutgoingInstruction) => CustodyFate;

/** What of a custodian is not heard yet, and from when on it is; `Infinity` for what was lost. */
interface Unheard {
  readonly record: CustodyRecord;
  readonly heardAt: number;
}

/**
 * A custodian whose answers can be delayed, lost or replaced by failures, as those of a real one are. The dispatcher
 * in front of it knows nothing of that: it asks again, as it would ask any custodian.
 */
export class StruckCustodian extends Custodian {
  private readonly unheard = new Map<string, Unheard>();
  private tell: (record: CustodyRecord) => void = () => undefined;

  constructor(
    private readonly custodian: Custodian,
    private readonly faults: CustodyFaults,
    /** Whether what was lost stays lost: it is heard of again once the fault has ended. */
    private readonly loses: () => boolean,
  ) {
    super();
  }

  override get name(): string {
    return this.custodian.name;
  }

  override async submit(instruction: OutgoingInstruction): Promise<CustodyRecord> {
    const { faults, delayMs, failure, isLost } = this.faults(instruction);
    if (failure !== undefined) return { ...instruction, status: 'FAILED', reason: failure, faults };
    const record = await this.custodian.submit(instruction);
    if (!isLost && delayMs === 0) return record;
    this.keep(record, isLost ? Number.POSITIVE_INFINITY : performance.now() + delayMs);
    if (!isLost) setTimeout(() => this.hear(record.instructionId), delayMs).unref();
    return { ...record, status: 'ACCEPTED', reason: '', faults };
  }

  override async find(instructionId: string): Promise<CustodyRecord | undefined> {
    const unheard = this.unheard.get(instructionId);
    if (unheard === undefined) return this.custodian.find(instructionId);
    if (this.isUnheard(unheard)) return { ...unheard.record, status: 'ACCEPTED', reason: '' };
    this.unheard.delete(instructionId);
    return unheard.record.status === 'ACCEPTED' ? this.custodian.find(instructionId) : unheard.record;
  }

  override follow(onChange: (record: CustodyRecord) => void, signal: AbortSignal): void {
    this.tell = (record) => {
      if (!signal.aborted) onChange(record);
    };
    this.custodian.follow((record) => {
      const unheard = this.unheard.get(record.instructionId);
      if (unheard !== undefined && this.isUnheard(unheard)) {
        this.keep(record, unheard.heardAt);
        return;
      }
      this.unheard.delete(record.instructionId);
      this.tell(record);
    }, signal);
  }

  private isUnheard({ heardAt }: Unheard): boolean {
    return heardAt === Number.POSITIVE_INFINITY ? this.loses() : performance.now() < heardAt;
  }

  private keep(record: CustodyRecord, heardAt: number): void {
    this.unheard.set(record.instructionId, { record, heardAt });
  }

  private hear(instructionId: string): void {
    const unheard = this.unheard.get(instructionId);
    this.unheard.delete(instructionId);
    if (unheard !== undefined && unheard.record.status !== 'ACCEPTED') this.tell(unheard.record);
  }
}
