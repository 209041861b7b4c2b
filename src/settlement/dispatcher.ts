import { setTimeout as pause } from 'node:timers/promises';
import type { Settings } from '../config/settings.js';
import type { InstructionStatus } from '../engine/command.js';
import { formatId, parseId } from '../engine/ids.js';
import type { InstructionRow } from '../journal/settlement-queries.js';
import type { Venue } from '../venue/venue.js';
import { type Custodian, CustodianRefused, type CustodyRecord, type OutgoingInstruction } from './custodian.js';
import { outgoingInstruction } from './outgoing-instruction.js';
import { StatusNotes } from './status-notes.js';

/** So many instructions are followed at once, oldest first; the others wait in the journal. */
export const followedMax = 5_000;
/** So many are sent or asked for at once. */
const callsMax = 16;
const pageRows = 500;
const restMs = 60_000;
const pauseMsMax = 60_000;
const reasonCharactersMax = 200;

/** An instruction on its way. */
interface Followed {
  readonly row: InstructionRow;
  status: InstructionStatus;
  attempts: number;
  /** When it is sent again, or asked for, in milliseconds of `performance.now()`. */
  dueAt: number;
}

export interface DispatcherStatus {
  readonly custodian: string;
  /** Why the last call failed; `undefined` after one that was answered. */
  readonly lastFailure: string | undefined;
  /** Since the start: how often an instruction was sent, and how often that was not answered. */
  readonly attempts: number;
  readonly unanswered: number;
  /** Instructions that the custodian failed as often as they may be sent. */
  readonly givenUp: number;
}

type DispatcherSettings = Pick<Settings, 'settlementRetryMs' | 'settlementAttemptsMax' | 'settlementSilenceMs'>;

/**
 * Sends instructions to the custodian and follows what becomes of them. Each is sent until it is answered, also
 * by the next process after a crash: the custodian knows it by its id, so it is never done twice.
 */
export class Dispatcher {
  private readonly ending = new AbortController();
  private readonly notes: StatusNotes;
  private readonly followed = new Map<number, Followed>();
  private loadedThrough = 0;
  private moreToLoad = false;
  private failures = 0;
  private lastFailure: string | undefined = undefined;
  private attempts = 0;
  private unanswered = 0;
  private readonly givenUp = new Set<number>();
  private wakeUp: () => void = () => undefined;
  private running: Promise<void> | undefined = undefined;

  constructor(
    private readonly venue: Venue,
    private readonly custodian: Custodian,
    private readonly settings: DispatcherSettings,
  ) {
    this.notes = new StatusNotes(venue, this.ending.signal);
  }

  start(): void {
    // Where nothing is on its way, the start spares itself the thread that would look for it.
    this.moreToLoad = this.venue.exchange.state.settlement.openCount > 0;
    this.custodian.follow((record) => this.heard(record), this.ending.signal);
    this.running = this.run();
  }

  /** What is under way is left to the next process. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.wakeUp();
    await this.running;
    await this.notes.settled();
  }

  /** There are new instructions. A custodian that does not answer is left alone all the same. */
  wake(): void {
    this.moreToLoad = true;
    if (this.failures === 0) this.wakeUp();
  }

  status(): DispatcherStatus {
    const { lastFailure, attempts, unanswered } = this;
    return { custodian: this.custodian.name, lastFailure, attempts, unanswered, givenUp: this.givenUp.size };
  }

  private async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      await this.load().catch((error) => this.failed(error));
      await this.act();
      await this.rest();
    }
  }

  private async load(): Promise<void> {
    while (this.moreToLoad && this.followed.size < followedMax) {
      // What comes while this looks is looked for again.
      this.moreToLoad = false;
      const { settlement } = this.venue.queries;
      const { items, nextCursor } = await settlement.openInstructions({ limit: pageRows, cursor: this.loadedThrough });
      for (const row of items) this.follow(row);
      this.loadedThrough = items.at(-1)?.instructionId ?? this.loadedThrough;
      this.moreToLoad ||= nextCursor !== undefined;
    }
  }

  private follow(row: InstructionRow): void {
    const { instructionId, status, attempts } = row;
    if (status === 'FAILED' && this.isSpent(attempts)) this.givenUp.add(instructionId);
    else this.followed.set(instructionId, { row, status, attempts, dueAt: 0 });
  }

  /** Everything that is due, some at a time; a custodian that does not answer is left alone for a while. */
  private async act(): Promise<void> {
    const now = performance.now();
    const failuresBefore = this.failures;
    const due = [...this.followed.values()].filter(({ dueAt }) => dueAt <= now);
    const lane = async () => {
      for (let next = due.shift(); next !== undefined && !this.ending.signal.aborted; next = due.shift()) {
        try {
          await this.actOn(next);
          this.failures = 0;
          this.lastFailure = undefined;
        } catch (error) {
          // Calls that fail at once are one sign of a custodian that does not answer, not many.
          this.failed(error, failuresBefore);
          due.length = 0;
        }
      }
    };
    // After a failure one call finds out how the custodian is.
    await Promise.all(Array.from({ length: this.failures > 0 ? 1 : callsMax }, lane));
  }

  private async actOn(instruction: Followed): Promise<void> {
    if (instruction.status !== 'INSTRUCTED') return this.send(instruction);
    const record = await this.custodian.find(formatId('ins', instruction.row.instructionId));
    // It is sent as the same attempt again: the custodian has lost it, or never had it.
    if (record === undefined || isOfAnotherFailure(record, instruction))
      return this.send(instruction, instruction.attempts);
    this.apply(instruction, record);
  }

  private async send(instruction: Followed, attempt = instruction.attempts + 1): Promise<void> {
    this.attempts += 1;
    const record = await this.answerTo(outgoingInstruction(instruction.row, attempt, this.venue.exchange));
    if (instruction.status !== 'INSTRUCTED') {
      instruction.status = 'INSTRUCTED';
      instruction.attempts = attempt;
      const { instructionId } = instruction.row;
      this.notes.add({ instructionId, status: 'INSTRUCTED', faults: record.faults });
    }
    this.apply(instruction, record);
  }

  private async answerTo(instruction: OutgoingInstruction): Promise<CustodyRecord> {
    try {
      return await this.custodian.submit(instruction);
    } catch (error) {
      if (error instanceof CustodianRefused) return { ...instruction, status: 'FAILED', reason: error.message };
      this.unanswered += 1;
      throw error;
    }
  }

  private heard(record: CustodyRecord): void {
    const instruction = this.followed.get(parseId('ins', record.instructionId) ?? 0);
    if (instruction?.status === 'INSTRUCTED') this.apply(instruction, record);
  }

  /** An answer may be older than the attempt that it comes in; it is heard then only if all is settled. */
  private apply(instruction: Followed, { status, reason, attempt }: CustodyRecord): void {
    const { row } = instruction;
    instruction.dueAt = performance.now() + this.settings.settlementSilenceMs;
    if (instruction.status === 'INSTRUCTED') this.catchUp(instruction, attempt);
    if (status === 'ACCEPTED' || instruction.status !== 'INSTRUCTED') return;
    if (attempt !== instruction.attempts && status !== 'SETTLED') return;
    instruction.status = status;
    if (status === 'SETTLED') {
      this.followed.delete(row.instructionId);
      this.notes.add({ instructionId: row.instructionId, status });
      return;
    }
    this.notes.add({ instructionId: row.instructionId, status, reason: reason.slice(0, reasonCharactersMax) });
    if (this.isSpent(attempt)) {
      this.followed.delete(row.instructionId);
      this.givenUp.add(row.instructionId);
    } else {
      instruction.dueAt = performance.now() + this.pauseAfter(attempt);
    }
    this.wakeUp();
  }

  /** A process before this one has sent attempts that it could not bring into the journal any more, as while the disk was full. */
  private catchUp(instruction: Followed, attempt: number): void {
    const { instructionId } = instruction.row;
    const reason = 'The custodian has been sent another attempt.';
    while (instruction.attempts < Math.min(attempt, this.settings.settlementAttemptsMax)) {
      instruction.attempts += 1;
      this.notes.add({ instructionId, status: 'FAILED', reason }, { instructionId, status: 'INSTRUCTED' });
    }
  }

  private isSpent(attempts: number): boolean {
    return attempts >= this.settings.settlementAttemptsMax;
  }

  private failed(error: unknown, failuresBefore = this.failures): void {
    this.failures = failuresBefore + 1;
    this.lastFailure = error instanceof Error ? error.message : String(error);
  }

  private pauseAfter(failures: number): number {
    return Math.min(pauseMsMax, this.settings.settlementRetryMs * 2 ** Math.min(20, failures - 1));
  }

  /** Until something is due, or somebody wakes it. */
  private async rest(): Promise<void> {
    const dueAt = Math.min(...[...this.followed.values()].map((each) => each.dueAt), performance.now() + restMs);
    const ms = this.failures > 0 ? this.pauseAfter(this.failures) : Math.max(0, dueAt - performance.now());
    const resting = new AbortController();
    this.wakeUp = () => resting.abort();
    if (this.ending.signal.aborted) return;
    if (this.moreToLoad && this.failures === 0 && this.followed.size < followedMax) return;
    await pause(ms, undefined, { signal: resting.signal, ref: false }).catch(() => undefined);
  }
}

/** The custodian has failed an attempt before this one, and knows nothing of this one. */
function isOfAnotherFailure({ status, attempt }: CustodyRecord, { attempts }: Followed): boolean {
  return status === 'FAILED' && attempt < attempts;
}
