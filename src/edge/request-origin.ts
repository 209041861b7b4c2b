import { randomUUID } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Origin } from '../journal/journal.js';

/** The header (REST) and the metadata key (gRPC) by which a client names a request. */
export const requestIdHeader = 'x-request-id';

/** The id that the client gave, if it is one that can go into logs and the journal as it is; else a fresh one. */
export function requestIdOf(given: unknown): string {
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
}

/** Who asked, for the journal: `@RequestOrigin() origin: Origin`, in REST and in gRPC controllers. */
export const RequestOrigin = createParamDecorator((_data: unknown, context: ExecutionContext): Origin => {
  if (context.getType() === 'http') {
    return { transport: 'REST', requestId: context.switchToHttp().getRequest<FastifyRequest>().id };
  }
  const metadata = context.switchToRpc().getContext<Metadata>();
  return { transport: 'GRPC', requestId: requestIdOf(metadata.get(requestIdHeader)[0]) };
});
