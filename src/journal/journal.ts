import type { Command, Stamp } from '../engine/command.js';
import type { Event } from '../engine/event.js';
import type { BalanceAfter } from '../engine/ledger/balance-after.js';
import type { Reject } from '../engine/reject.js';
import type { OrderJudgement } from '../engine/risk/judgement.js';
import type { Queries } from './queries.js';

/** Who asked, over what, and what else had a part in it. What is not known is absent, as it is in journals older than the field. */
export interface Origin {
  readonly transport: 'REST' | 'GRPC' | 'WEBSOCKET' | 'SYSTEM';
  readonly requestId?: string;
  /** Who asked, where that is known: `admin`, or the public id of an API key. */
  readonly actor?: string;
  /** The 32 hexadecimal digits of the trace that the request belongs to. */
  readonly traceId?: string;
  /** The public ids of the faults that struck the request before it became a command, in that order. */
  readonly faults?: readonly string[];
  /** The sequence of the record that this one follows from. */
  readonly causedBy?: number;
}

/** One line of the journal: a command, when and by whom, and the facts that it led to. */
export interface JournalRecord extends Stamp {
  readonly origin: Origin;
  readonly command: Command;
  readonly reject?: Reject;
  readonly events: readonly Event[];
  /** The customers' balances that are different after it, accounts ascending, and the assets of each by their names. */
  readonly balances: readonly BalanceAfter[];
}

/** A record as it is kept: chained to the one before it by SHA-256, both in lower-case hex. */
export interface SealedRecord extends JournalRecord {
  readonly previousHash: string;
  readonly hash: string;
}

/** The last record; an empty journal has sequence 0, time 0 and the hash of 64 zeros. */
export interface JournalHead extends Stamp {
  readonly hash: string;
}

/** What is in a journal, whether or not it is being written. */
export interface JournalReader {
  readonly queries: Queries;

  head(): JournalHead;

  /** The hash of one record; rejects with `JournalDamaged` if the journal does not have it. */
  hashAt(sequence: number): Promise<string>;

  /**
   * Checks the chain of every record after a sequence, without handing the records out; resolves to the
   * last one. Rejects with `JournalDamaged` at the first that does not fit. `onProgress` is told the
   * sequence reached, every few thousand records.
   */
  verifyChain(afterSequence: number, onProgress?: (sequence: number) => void): Promise<JournalHead>;

  /** Every record after a sequence, in order, checked against the chain; throws `JournalDamaged` at the first that does not fit. */
  read(afterSequence: number): AsyncIterable<SealedRecord>;

  close(): Promise<void>;
}

/**
 * The one order of everything, kept for ever. There is one writer. It may append a batch before the last one is
 * settled: they are settled in the order in which they were given, and one that follows a batch that was not kept
 * is not kept either, for the same reason.
 */
export interface Journal extends JournalReader {
  /**
   * Resolves when the whole batch is durable, to the new head. Rejects with `JournalFull` when there was
   * no room (nothing of the batch was kept, the journal is good as it was) and with `JournalFailed` for
   * everything else (nothing is known of the batch; the process must not acknowledge anything any more).
   */
  append(batch: readonly JournalRecord[]): Promise<JournalHead>;

  /** Finds out whether there is room again after `JournalFull`. */
  hasRoom(): Promise<boolean>;

  /**
   * Checks everything that the store holds, up to its head or beyond: the chain, the ledger, the read model
   * and the snapshots, by replaying it all. It takes its time, in a thread of its own; nothing waits for it.
   * What is wrong is a finding in the report, not an error. Rejects if the check itself cannot be done, or
   * was ended by the signal.
   */
  verify(options: { readonly live?: LiveState; readonly signal?: AbortSignal }): Promise<VerificationReport>;

  /**
   * Finds out how an order stood when it was placed, by replaying the journal up to it from the newest snapshot
   * before it. It may take its time, in a thread of its own; nothing waits for it. Rejects if it cannot be done, or was
   * ended by the signal.
   */
  judge(orderId: number, signal?: AbortSignal): Promise<OrderJudgement>;
}

/** What an exchange that runs on a journal had after one of its records. */
export interface LiveState {
  readonly sequence: number;
  readonly stateHash: string;
}

/** What came out of checking a journal. */
export interface VerificationReport {
  /** Whether every check is ok. */
  readonly ok: boolean;
  /** How many records fit the chain, and the sequence and hash of the last of them. */
  readonly records: number;
  readonly headSequence: number;
  readonly headHash: string;
  readonly checks: readonly Check[];
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, in a sentence; where it is not as it should be, the first that does not fit. */
  readonly detail: string;
}

/** The store is out of room; it took nothing of the batch. */
export class JournalFull extends Error {
  override readonly name = 'JournalFull';
}

/** The store failed in a way after which it cannot be trusted by this process. */
export class JournalFailed extends Error {
  override readonly name = 'JournalFailed';
}

/** What is on the disk is not what was written. `sequence` is the first record that cannot be trusted; 0 if the store as a whole cannot be read. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
  constructor(
    message: string,
    readonly sequence: number,
  ) {
    super(message);
  }
}
