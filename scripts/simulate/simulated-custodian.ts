import { Custodian, type CustodyRecord, type OutgoingInstruction } from '../../src/settlement/custodian.js';
import type { Random } from '../crash/random.js';
import type { SimulatedTime } from './simulated-time.js';

/** A service of its own: calls take their time and get lost on both ways, and it dies and comes back with what it knew. */
export class SimulatedCustodian extends Custodian {
  override readonly name = 'custodian';
  isDown = false;
  readonly records = new Map<string, CustodyRecord>();
  private connection = {};
  private listener: ((record: CustodyRecord) => void) | undefined = undefined;

  constructor(
    private readonly time: SimulatedTime,
    private readonly random: Random,
    /** Of each hundred calls and messages, so many get lost. */
    public lossPercent: number,
  ) {
    super();
  }

  override submit(instruction: OutgoingInstruction): Promise<CustodyRecord> {
    return this.called(() => this.take(instruction));
  }

  override find(instructionId: string): Promise<CustodyRecord | undefined> {
    return this.called(() => this.records.get(instructionId));
  }

  override follow(onChange: (record: CustodyRecord) => void): void {
    this.listener = onChange;
  }

  /** The process that called is gone: it is told and answered nothing any more. */
  hangUp(): void {
    this.listener = undefined;
    this.connection = {};
  }

  private called<Answer>(answer: () => Answer): Promise<Answer> {
    const [there, back] = [this.random.between(1, 40), this.random.between(1, 40)];
    const { connection } = this;
    return new Promise((resolve, reject) => {
      const whenConnected = (ms: number, answer: () => void) =>
        this.time.later(ms, () => connection === this.connection && answer());
      const lose = () => whenConnected(100, () => reject(new Error('the custodian did not answer')));
      this.time.later(there, () => {
        if (this.isLost()) return lose();
        const answered = answer();
        if (this.isLost()) return lose();
        whenConnected(back, () => resolve(answered));
      });
    });
  }

  private take(instruction: OutgoingInstruction): CustodyRecord {
    const { instructionId, attempt } = instruction;
    const known = this.records.get(instructionId);
    if (known !== undefined && !(known.status === 'FAILED' && attempt > known.attempt)) return known;
    const record: CustodyRecord = { ...instruction, status: 'ACCEPTED', reason: '' };
    this.records.set(instructionId, record);
    this.time.later(this.random.between(1, 300), () => this.finish(record));
    return record;
  }

  private finish(record: CustodyRecord): void {
    const finished: CustodyRecord = this.random.chance(0.1)
      ? { ...record, status: 'FAILED', reason: 'no stock' }
      : { ...record, status: 'SETTLED' };
    this.records.set(record.instructionId, finished);
    if (!this.isLost()) this.listener?.(finished);
  }

  private isLost(): boolean {
    return this.isDown || this.random.between(1, 100) <= this.lossPercent;
  }
}
