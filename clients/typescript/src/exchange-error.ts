import type { ProblemCode } from './problem-code.js';

/** What is wrong with one field of a request. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The exchange's answer, as far as it is known. */
export interface Refusal {
  /** What to decide by. */
  readonly code: ProblemCode;
  /** What was refused and why, with the numbers, for people. */
  readonly detail: string;
  /** Of HTTP; absent where a stream was refused. */
  readonly status?: number;
  /** Which fields of the request are wrong, and how. */
  readonly fields?: readonly FieldError[];
  /** The name under which the exchange logged and journaled the request. */
  readonly requestId?: string;
  /** The order that was kept as REJECTED. */
  readonly orderId?: string;
  /** The movement of funds that was refused. */
  readonly transferId?: string;
  readonly retryAfterMs?: number;
}

/** The exchange answered, and refused. Nothing was done, unless the code is `INTERNAL`, `STOPPED` or `UNEXPECTED_ANSWER`. */
export class ExchangeError extends Error implements Refusal {
  override readonly name = 'ExchangeError';
  readonly code: ProblemCode;
  readonly detail: string;
  readonly status: number | undefined;
  readonly fields: readonly FieldError[];
  readonly requestId: string | undefined;
  readonly orderId: string | undefined;
  readonly transferId: string | undefined;
  /** How long the exchange asks to wait before the next attempt. */
  readonly retryAfterMs: number | undefined;

  constructor(refusal: Refusal) {
    super(`${refusal.code}: ${refusal.detail}`);
    this.code = refusal.code;
    this.detail = refusal.detail;
    this.status = refusal.status;
    this.fields = refusal.fields ?? [];
    this.requestId = refusal.requestId;
    this.orderId = refusal.orderId;
    this.transferId = refusal.transferId;
    this.retryAfterMs = refusal.retryAfterMs;
  }
}
