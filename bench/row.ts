/** One run of one side. */
export interface Run {
  /** In the unit of the row. */
  readonly value: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly p999Ms?: number;
  /** What both sides must agree on, so that both did the same work. */
  readonly check?: number;
  /** What else there is to say of it, for people. */
  readonly note?: string;
}

/** Both sides of a row, ready to run one after the other, as often as wanted. */
export interface Contest {
  peer(): Promise<Run>;
  ours(): Promise<Run>;
  close(): Promise<void>;
}

/** How large a run is: `short` is for developing, its figures are no measure of anything. */
export type Size = 'full' | 'short';

/** One row of the benchmark: something of ours beside a peer that does the same with less. */
export interface Row {
  readonly name: string;
  /** What is measured, for people. */
  readonly title: string;
  readonly unit: string;
  readonly peer: string;
  readonly goal: Goal;
  prepare(size: Size): Promise<Contest>;
}

export interface Goal {
  readonly text: string;
  reached(result: Figures): boolean;
}

/** The medians of both sides, and ours through the peer's. */
export interface Figures {
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
}

export interface Result extends Figures {
  readonly row: Row;
  /** How many of each side. */
  readonly runs: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly p999Ms?: number;
  /** The peer's own. */
  readonly peerP50Ms?: number;
  readonly peerP99Ms?: number;
  readonly peerP999Ms?: number;
  /** Those of the last run of each side. */
  readonly note?: string;
  readonly peerNote?: string;
}

export function ratioAtLeast(least: number): Goal {
  return { text: `ratio ≥ ${least.toFixed(1)}`, reached: ({ ratio }) => ratio >= least };
}
