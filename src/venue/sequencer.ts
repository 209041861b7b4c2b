import type { Command } from '../engine/command.js';
import type { Exchange } from '../engine/exchange.js';
import { type Journal, JournalFull, type JournalRecord, type Origin } from '../journal/journal.js';
import type { Clock } from './clock.js';
import type { Receipt } from './receipt.js';
import { type UnavailableCode, VenueUnavailable } from './unavailable.js';
import type { VenueObserver } from './venue-observer.js';

/** So many do not wait for the rest of their turn, nor for the commit before: the writer works on them while the others are executed. */
const batchRecordsMin = 32;
/** The writer finds its next batch there when it is done with one, however busy the thread of the sequencer is. */
const batchesInFlightMax = 2;
/** A batch beyond this would only make those at its front wait longer, and the writer's memory larger. */
const batchRecordsMax = 1_024;

/** What the sequencer works with, and whom it tells when the journal takes no more. */
export interface SequencerOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly queueCommandsMax: number;
  readonly observers: readonly VenueObserver[];
  /** The batch was refused for want of room: the exchange has to go back to what was committed. */
  onFull(): void;
  /** The journal, or the engine itself, cannot be trusted any more. */
  onFailure(error: unknown): void;
  onCommit(): void;
}

interface Waiting {
  readonly record: JournalRecord;
  readonly arrivedAtMs: number;
  resolve(receipt: Receipt): void;
  reject(error: VenueUnavailable): void;
}

interface DurabilityWaiter {
  readonly sequence: number;
  settle(durable: boolean): void;
}

/**
 * The single writer. A command is stamped and executed the moment it arrives; its answer waits until the
 * journal has it. What arrives while a batch is in flight forms the next one, so that the batches grow with
 * the load and a lone command does not wait for company; a large batch follows the one in flight at once.
 */
export class Sequencer {
  /** Why commands are refused; `undefined` while they are taken. */
  closed: UnavailableCode | undefined = undefined;
  private waiting: Waiting[] = [];
  private readonly inFlight: Waiting[][] = [];
  private durabilityWaiters: DurabilityWaiter[] = [];
  private flushPlanned = false;
  private failed = false;

  constructor(
    private readonly exchange: Exchange,
    private readonly options: SequencerOptions,
  ) {}

  get queued(): number {
    let records = this.waiting.length;
    for (const batch of this.inFlight) records += batch.length;
    return records;
  }

  submit(command: Command, origin: Origin): Promise<Receipt> {
    if (this.closed !== undefined) return Promise.reject(new VenueUnavailable(this.closed));
    if (this.queued >= this.options.queueCommandsMax) return Promise.reject(new VenueUnavailable('OVERLOADED'));
    try {
      return this.execute(command, origin);
    } catch (error) {
      this.options.onFailure(error);
      return Promise.reject(new VenueUnavailable('STOPPED'));
    }
  }

  /** Resolves when everything up to a sequence is durable, or to false when it never will be. */
  durable(sequence: number): Promise<boolean> {
    if (sequence <= this.options.journal.head().sequence) return Promise.resolve(true);
    if (this.failed) return Promise.resolve(false);
    return new Promise((settle) => {
      this.durabilityWaiters.push({ sequence, settle });
    });
  }

  /** Refuses everything that is not durable yet. */
  fail(code: UnavailableCode): void {
    this.closed = code;
    this.failed = true;
    const lost = [...this.inFlight.splice(0).flat(), ...this.waiting];
    const readers = this.durabilityWaiters;
    this.waiting = [];
    this.durabilityWaiters = [];
    for (const { reject } of lost) reject(new VenueUnavailable(code));
    for (const { settle } of readers) settle(false);
  }

  private execute(command: Command, origin: Origin): Promise<Receipt> {
    const { exchange } = this;
    const arrivedAtMs = performance.now();
    const sequence = exchange.sequence + 1;
    const time = Math.max(exchange.time, this.options.clock.now());
    const { events, balances, reject } = exchange.execute(command, { sequence, time });
    if (events.length === 0) return this.afterLast(reject);
    const record: JournalRecord = { sequence, time, origin, command, reject, events, balances };
    for (const observer of this.options.observers) observer.executed?.(record, arrivedAtMs);
    const receipt = new Promise<Receipt>((resolve, refuse) => {
      this.waiting.push({ record, arrivedAtMs, resolve, reject: refuse });
    });
    if (this.waiting.length >= batchRecordsMin) void this.flush();
    else this.planFlush();
    return receipt;
  }

  /** A command that changed nothing saw what came before it, and its answer waits for that. */
  private async afterLast(reject: Receipt['reject']): Promise<Receipt> {
    const { sequence, time } = this.exchange;
    if (!(await this.durable(sequence))) throw new VenueUnavailable(this.closed ?? 'STOPPED');
    return { sequence, time, events: [], reject, repeated: false, conflict: false };
  }

  /** What arrives in the same turn of the event loop goes into the same batch. */
  private planFlush(): void {
    if (this.flushPlanned || this.inFlight.length > 0) return;
    this.flushPlanned = true;
    setImmediate(() => {
      this.flushPlanned = false;
      void this.flush();
    });
  }

  private async flush(): Promise<void> {
    if (this.failed || !this.isBatchDue()) return;
    const batch = this.waiting.splice(0, batchRecordsMax);
    this.inFlight.push(batch);
    const records = batch.map(({ record }) => record);
    const givenAtMs = performance.now();
    try {
      await this.options.journal.append(records);
    } catch (error) {
      // A batch that followed one that failed is lost with it.
      if (this.failed) return;
      if (error instanceof JournalFull) this.options.onFull();
      else this.options.onFailure(error);
      return;
    }
    const durableAtMs = performance.now();
    this.inFlight.shift();
    this.acknowledge(batch);
    void this.flush();
    const { arrivedAtMs } = batch[0]!;
    for (const observer of this.options.observers) {
      observer.committed?.({ records, arrivedAtMs, givenAtMs, durableAtMs });
    }
  }

  private isBatchDue(): boolean {
    if (this.inFlight.length === 0) return this.waiting.length > 0;
    return this.inFlight.length < batchesInFlightMax && this.waiting.length >= batchRecordsMin;
  }

  private acknowledge(batch: readonly Waiting[]): void {
    for (const { record, resolve } of batch) {
      const { sequence, time, events, reject } = record;
      resolve({ sequence, time, events, reject, repeated: false, conflict: false });
    }
    const { sequence } = this.options.journal.head();
    let settled = 0;
    for (const waiter of this.durabilityWaiters) {
      if (waiter.sequence > sequence) break;
      waiter.settle(true);
      settled += 1;
    }
    this.durabilityWaiters.splice(0, settled);
    this.options.onCommit();
  }
}
