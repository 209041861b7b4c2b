import type { JournalRecord } from '../journal/journal.js';

/** Is told what a venue does, for metrics and traces. It is on the way of every command: it must be quick, and must not throw. */
export interface VenueObserver {
  /**
   * A command was executed, in the asynchronous context of whoever submitted it. It began at `begunAtMs`
   * of `performance.now()`; the record is the same object that is committed later.
   */
  executed?(record: JournalRecord, begunAtMs: number): void;
  /** A batch is durable, and its answers are on their way. */
  committed?(batch: CommittedBatch): void;
}

/** Times are those of `performance.now()`, in milliseconds. */
export interface CommittedBatch {
  readonly records: readonly JournalRecord[];
  /** When its first command arrived, when the journal was given the batch, and when it had made it durable. */
  readonly arrivedAtMs: number;
  readonly givenAtMs: number;
  readonly durableAtMs: number;
}
