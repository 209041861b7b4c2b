import type { Answer } from './exchange-driver.fixture.js';

export interface CancelOnDisconnect {
  readonly graceMs: number;
  readonly symbol?: string;
}

/** Somebody who reads the events of one account, over either transport. */
export interface AccountReader {
  /** What came so far, in the words of JSON. */
  readonly events: Answer[];
  /** Each heartbeat, and how many events had come before it. */
  readonly heartbeats: { readonly sequence: number; readonly events: number }[];
  /** Breaks the connection, without a word. */
  lose(): Promise<void>;
}

/** The exchange did not open the stream. */
export class StreamRefused extends Error {
  constructor(
    readonly code: string,
    detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}
