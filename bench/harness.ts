/** One run of one side: how much it did in a second, and a number that both sides must agree on, if they can. */
export interface Run {
  readonly perSecond: number;
  readonly check?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly goal: number;
  readonly peerName: string;
  prepare(): Promise<{ ours(): Promise<Run>; peer(): Promise<Run>; close(): Promise<void> }>;
}
