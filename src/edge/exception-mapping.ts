import { HttpException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { VenueUnavailable } from '../venue/unavailable.js';
import { Problem } from './problem.js';
import type { EdgeCode } from './problem-codes.js';
import { shownValue } from './shown-value.js';

const codesOfStatus: Readonly<Record<number, EdgeCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  429: 'RATE_LIMITED',
};

/** What a client is told of anything that was thrown. Whatever nobody expected is an INTERNAL without details. */
export function asProblem(exception: unknown): Problem {
  if (exception instanceof Problem) return exception;
  if (exception instanceof VenueUnavailable) {
    const { code, message, retryAfterSeconds } = exception;
    return new Problem(code, message, { retryAfterSeconds });
  }
  const status = clientErrorStatus(exception);
  if (status !== undefined) return new Problem(codesOfStatus[status] ?? 'VALIDATION_FAILED', sentenceOf(exception));
  return new Problem('INTERNAL', 'The request failed for a reason that is not the client’s; it is in the log.');
}

/** The same over HTTP, where a body that was not taken is told with what was wrong with it. */
export function asHttpProblem(exception: unknown, request: FastifyRequest): Problem {
  if (exception instanceof Problem) return exception;
  const status = clientErrorStatus(exception);
  if (status === 413) return new Problem('BODY_TOO_LARGE', tooLarge(request));
  if (status === 415) return new Problem('UNSUPPORTED_MEDIA_TYPE', notJson(request));
  return asProblem(exception);
}

function tooLarge({ headers, routeOptions }: FastifyRequest): string {
  const { 'content-length': length } = headers;
  const bytes = length === undefined ? '' : `of ${length} bytes `;
  return `The body ${bytes}is larger than the ${routeOptions.bodyLimit} bytes that the setting BODY_BYTES_MAX allows.`;
}

function notJson({ headers }: FastifyRequest): string {
  const { 'content-type': type } = headers;
  const sent = type === undefined ? 'no Content-Type' : `the Content-Type ${shownValue(type)}`;
  return `The body has ${sent}. Send JSON, with the header "Content-Type: application/json".`;
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

function sentenceOf(exception: unknown): string {
  const message = (exception as Error).message.slice(0, 200);
  return message.endsWith('.') ? message : `${message}.`;
}
