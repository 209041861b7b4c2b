import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { authorizationOf, type Caller } from '../edge/caller.js';
import { Problem } from '../edge/problem.js';
import type { ApiKeyScope } from '../engine/command.js';
import { AccessLevels } from './access-levels.js';
import { Authenticator } from './authenticator.js';
import { OwnThings } from './own-things.js';

/** With AUTH=on, lets in who may call a method as it declares with `@Access`, over REST and gRPC alike. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly levels: AccessLevels,
    private readonly authenticator: Authenticator,
    private readonly ownThings: OwnThings,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const level = this.levels.of(context);
    switch (level) {
      case 'public':
      case 'probe':
      // The audit has a token and a guard of its own.
      case 'audit':
        return true;
      case undefined:
        throw new Problem('FORBIDDEN', 'This does not say who may call it, so nobody may.');
      default:
        return this.admits(context, level);
    }
  }

  private admits(context: ExecutionContext, level: ApiKeyScope | 'admin'): boolean | Promise<boolean> {
    const caller = this.authenticator.identify(context) ?? refuseUnknown(context);
    const { principal, accountId, scopes } = caller;
    if (accountId === undefined) return true;
    if (level === 'admin') throw new Problem('FORBIDDEN', `This takes the ADMIN_TOKEN; ${principal} is an API key.`);
    if (!scopes?.includes(level)) throw lacksScope(caller, level);
    return this.ownThings.assertNamedBy(context, accountId);
  }
}

function refuseUnknown(context: ExecutionContext): never {
  const detail =
    authorizationOf(context) === undefined
      ? 'This takes an API key: send "Authorization: Bearer <key>".'
      : 'These credentials are not an API key that is in force; send "Authorization: Bearer <key>".';
  throw new Problem('UNAUTHENTICATED', detail);
}

function lacksScope({ principal, scopes = [] }: Caller, level: ApiKeyScope): Problem {
  return new Problem('FORBIDDEN', `This takes the scope ${level}; ${principal} has ${scopes.join(', ')}.`);
}
