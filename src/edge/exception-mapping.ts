import { HttpException } from '@nestjs/common';
import { VenueUnavailable } from '../venue/unavailable.js';
import { Problem } from './problem.js';
import type { EdgeCode } from './problem-codes.js';

const codesOfStatus: Readonly<Record<number, EdgeCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'BODY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'RATE_LIMITED',
};

/** What Fastify's own sentences leave open: what would be right. */
const hints: Readonly<Record<number, string>> = {
  413: ' The setting BODY_BYTES_MAX says how large it may be.',
  415: ' Send JSON, with the header "Content-Type: application/json".',
};

/** What a client is told of anything that was thrown. Whatever nobody expected is an INTERNAL without details. */
export function asProblem(exception: unknown): Problem {
  if (exception instanceof Problem) return exception;
  if (exception instanceof VenueUnavailable) {
    const { code, message, retryAfterSeconds } = exception;
    return new Problem(code, message, { retryAfterSeconds });
  }
  const status = clientErrorStatus(exception);
  if (status !== undefined)
    return new Problem(codesOfStatus[status] ?? 'VALIDATION_FAILED', sentenceOf(exception, status));
  return new Problem('INTERNAL', 'The request failed for a reason that is not the client’s; it is in the log.');
}

/** The status of an error of Fastify's or Nest's own, if it blames the client. */
function clientErrorStatus(exception: unknown): number | undefined {
  const status = exception instanceof HttpException ? exception.getStatus() : fastifyStatus(exception);
  return status !== undefined && status >= 400 && status < 500 ? status : undefined;
}

function fastifyStatus(exception: unknown): number | undefined {
  if (!(exception instanceof Error) || !('code' in exception) || !('statusCode' in exception)) return undefined;
  const isFastify = typeof exception.code === 'string' && exception.code.startsWith('FST_');
  return isFastify && typeof exception.statusCode === 'number' ? exception.statusCode : undefined;
}

function sentenceOf(exception: unknown, status: number): string {
  const message = (exception as Error).message.slice(0, 200);
  return `${message.endsWith('.') ? message : `${message}.`}${hints[status] ?? ''}`;
}
