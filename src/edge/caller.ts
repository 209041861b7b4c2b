import type { Metadata } from '@grpc/grpc-js';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ApiKeyScope } from '../engine/command.js';
import { formatId } from '../engine/ids.js';
import { Problem } from './problem.js';
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

/** The one account that the caller may see, or `undefined` if it may see all: `@OnlyAccount() onlyAccountId?: number`. */
export const OnlyAccount = createParamDecorator((): number | undefined => currentRequest()?.caller?.accountId);

/** Throws a `Problem` unless the caller's key has the scope; the admin needs none. */
export function assertScope({ principal, accountId, scopes = [] }: Caller, scope: ApiKeyScope): void {
  if (accountId === undefined || scopes.includes(scope)) return;
  throw new Problem('FORBIDDEN', `This takes the scope ${scope}; ${principal} has ${scopes.join(', ')}.`);
}

/** Another's account is answered like one that does not exist, whether it does or not. */
export function assertOwnAccount(accountId: number, ownAccountId: number | undefined): void {
  if (ownAccountId === undefined || accountId === ownAccountId) return;
  throw new Problem('ACCOUNT_NOT_FOUND', `There is no account ${formatId('acc', accountId)}.`);
}

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
