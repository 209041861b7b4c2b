import { randomUUID } from 'node:crypto';
import { createParamDecorator } from '@nestjs/common';
import type { Origin } from '../journal/journal.js';
import { currentRequest } from './request-context.js';

/** The header (REST) and the metadata key (gRPC) by which a client names a request. */
export const requestIdHeader = 'x-request-id';

/** The id that the client gave, if it is one that can go into logs and the journal as it is; else a fresh one. */
export function requestIdOf(given: unknown): string {
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
}

/** Who asked, for the journal: `@RequestOrigin() origin: Origin`, in REST and in gRPC controllers. */
export const RequestOrigin = createParamDecorator(currentOrigin);

/** The same where there is no controller. */
export function currentOrigin(): Origin {
  // Every transport enters the context of a request before anything is done about it.
  const { transport, requestId, caller, traceId, struckBy } = currentRequest()!;
  const origin = caller === undefined ? { transport, requestId } : { transport, requestId, actor: caller.principal };
  if (traceId === undefined && struckBy === undefined) return origin;
  // A copy: what strikes the request later, such as the loss of its answer, is not what its record was made under.
  return { ...origin, traceId, faults: struckBy?.slice() };
}
