import type { Metadata } from '@grpc/grpc-js';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ApiKeyScope } from '../engine/command.js';
import { currentRequest } from './request-context.js';

/** Who asks, known by credentials that were checked. */
export interface Caller {
  /** `admin`, `auditor`, or the public id of an API key. */
  readonly principal: string;
  /** The one account that the caller may see and act for; absent for those who may all. */
  readonly accountId?: number;
  /** What an API key may do. */
  readonly scopes?: readonly ApiKeyScope[];
}

/** Each request is known by an object of its own: Fastify's request, or the metadata of a gRPC call. */
const callers = new WeakMap<object, Caller>();

/** Notes who asks, for the handler, the journal and the log. */
export function setCaller(context: ExecutionContext, caller: Caller): void {
  callers.set(requestOf(context), caller);
  const request = currentRequest();
  if (request !== undefined) request.principal = caller.principal;
}

/** Who asks; `undefined` where nobody was asked to say so, as with AUTH=off. */
export function callerOf(context: ExecutionContext): Caller | undefined {
  return callers.get(requestOf(context));
}

/** The one account that the caller may see, or `undefined` if it may see all: `@OnlyAccount() onlyAccountId?: number`. */
export const OnlyAccount = createParamDecorator(
  (_data: unknown, context: ExecutionContext): number | undefined => callerOf(context)?.accountId,
);

/** The `Authorization` header of REST, or the metadata of gRPC, which is the same. */
export function authorizationOf(context: ExecutionContext): string | undefined {
  if (context.getType() === 'http') return context.switchToHttp().getRequest<FastifyRequest>().headers.authorization;
  return context.switchToRpc().getContext<Metadata>().get('authorization')[0]?.toString();
}

const credentialsCharactersMax = 512;

/** The token of `Authorization: Bearer <token>`; `undefined` for anything else. */
export function bearerTokenOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length > credentialsCharactersMax) return undefined;
  const token = authorization.slice(7).trim();
  return authorization.slice(0, 7).toLowerCase() === 'bearer ' && token !== '' ? token : undefined;
}

function requestOf(context: ExecutionContext): object {
  return context.getType() === 'http' ? context.switchToHttp().getRequest() : context.switchToRpc().getContext();
}
