import { status as grpcStatus } from '@grpc/grpc-js';
import type { Level, Logger } from 'pino';
import { type RequestContext, withinRequest } from '../edge/request-context.js';
import type { Operation, RequestObserver } from '../edge/request-observer.js';

/**
 * One line for each request that is over. At LOG_LEVEL=info these are the ones that went wrong: what
 * succeeded, and what the exchange refused by its rules, is in the journal, with more than a line could tell.
 */
export class RequestLog implements RequestObserver {
  constructor(private readonly logger: Logger) {}

  ended(request: RequestContext, operation: Operation, status: number, durationMs: number): void {
    const level = operation.transport === 'REST' ? levelOfHttp(status) : levelOfGrpc(status);
    if (!this.logger.isLevelEnabled(level)) return;
    withinRequest(request, () => this.write(level, request, operation, status, durationMs));
  }

  private write(
    level: Level,
    { transport, problem }: RequestContext,
    { method, target }: Operation,
    status: number,
    durationMs: number,
  ): void {
    const called = transport === 'REST' ? method : `${target}/${method}`;
    const route = transport === 'REST' ? target : undefined;
    // What the client wrote stays out of the log, even where the answer quotes it: it may be a secret in the wrong place.
    const fields = problem?.context.errors?.map(({ field }) => field);
    const duration_ms = Math.round(durationMs * 1000) / 1000;
    const facts = {
      context: 'request',
      transport,
      method: called,
      route,
      status,
      code: problem?.code,
      fields,
      duration_ms,
    };
    this.logger[level](facts, problem === undefined ? 'answered' : 'refused');
  }
}

function levelOfHttp(status: number): Level {
  if (status >= 500) return status === 503 ? 'warn' : 'error';
  return status < 400 || status === 422 || status === 429 ? 'debug' : 'info';
}

function levelOfGrpc(status: number): Level {
  switch (status) {
    case grpcStatus.OK:
    case grpcStatus.FAILED_PRECONDITION:
    case grpcStatus.RESOURCE_EXHAUSTED:
      return 'debug';
    case grpcStatus.UNAVAILABLE:
      return 'warn';
    case grpcStatus.INTERNAL:
    case grpcStatus.UNKNOWN:
      return 'error';
    default:
      return 'info';
  }
}
