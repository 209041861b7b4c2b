import type { Metadata } from '@grpc/grpc-js';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isClientKey } from './field-checks.js';
import { Problem } from './problem.js';
import { shownValue } from './shown-value.js';

export const idempotencyKeyHeader = 'idempotency-key';
export const idempotencyKeyCharactersMax = 128;

/** The `Idempotency-Key` header (REST) or metadata (gRPC), or `undefined`: `@IdempotencyKey() key?: string`. */
export const IdempotencyKey = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  context.getType() === 'http'
    ? idempotencyKeyOf(context.switchToHttp().getRequest<FastifyRequest>().headers[idempotencyKeyHeader])
    : idempotencyKeyOf(context.switchToRpc().getContext<Metadata>().get(idempotencyKeyHeader)[0]),
);

export function idempotencyKeyOf(given: unknown): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && given.length <= idempotencyKeyCharactersMax && isClientKey(given)) return given;
  const message = `must be 1 to ${idempotencyKeyCharactersMax} letters, digits, dots, colons, dashes or underscores, not ${shownValue(given)}`;
  throw Problem.invalid([{ field: 'Idempotency-Key', message }]);
}
