import type { Reject } from '../engine/reject.js';
import { type ProblemCode, problemKinds } from './problem-codes.js';

/** What is wrong with one field of a request: what was given, and what would be right. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** What a problem may carry beside its code and sentence. */
export interface ProblemContext {
  readonly errors?: readonly FieldError[];
  /** Public ids of what the refused command left behind, such as the rejected order. */
  readonly orderId?: string;
  readonly transferId?: string;
  readonly retryAfterSeconds?: number;
  /** The methods that the address does take. */
  readonly allow?: readonly string[];
}

/** More field errors than this are not told: an answer stays small, whatever was sent. */
export const fieldErrorsMax = 20;

/**
 * The one error that the edge throws to answer a client with something else than success. The filters of
 * REST and gRPC turn it into `application/problem+json` or a status with `google.rpc` details.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly context: ProblemContext = {},
  ) {
    super(detail);
  }

  /** The exchange refused a command. */
  static rejected(reject: Reject, context?: ProblemContext): Problem {
    return new Problem(reject.rejected, reject.reason, context);
  }

  /** The request is malformed; every field that is wrong is named. */
  static invalid(errors: readonly FieldError[]): Problem {
    const named = errors.slice(0, fieldErrorsMax);
    const detail = named.map(({ field, message }) => `${field} ${message}`).join('. ');
    return new Problem('VALIDATION_FAILED', `${detail}.`, { errors: named });
  }

  get httpStatus(): number {
    return problemKinds[this.code].httpStatus;
  }
}

/** The body of an `application/problem+json` answer (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly FieldError[];
  readonly orderId?: string;
  readonly transferId?: string;
}

export function problemBody(problem: Problem, instance: string): ProblemBody {
  const { errors, orderId, transferId } = problem.context;
  const { title, httpStatus } = problemKinds[problem.code];
  return {
    type: `urn:exchange-simulator:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status: httpStatus,
    code: problem.code,
    detail: problem.detail,
    instance,
    errors,
    orderId,
    transferId,
  };
}
