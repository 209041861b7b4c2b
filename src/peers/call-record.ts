import type { GrpcCode } from './peer-call-error.js';

/** One call that came to its end, for whoever counts and times. A stream is one call. */
export interface CallRecord {
  readonly peer: string;
  /** With its service, such as `marketdata.MarketDataService/getPrice`. */
  readonly method: string;
  readonly code: GrpcCode;
  /** Its retries and its time in the queue included. */
  readonly durationMs: number;
  /** How often it was sent; 0 if it never was. */
  readonly attempts: number;
}

export type CallListener = (record: CallRecord) => void;
