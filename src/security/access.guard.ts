import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { AccessLevel } from '../edge/access.js';
import { assertScope, authorizationOf, type Caller } from '../edge/caller.js';
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
      // Whoever opens a stream may say later who they are; but what they say now must be right.
      case 'handshake':
        if (authorizationOf(context) !== undefined) this.callerOf(context);
        return true;
      case undefined:
        throw new Problem('FORBIDDEN', 'This does not say who may call it, so nobody may.');
      default:
        return this.admits(context, level);
    }
  }

  private admits(context: ExecutionContext, level: ApiKeyScope | 'admin'): boolean | Promise<boolean> {
    const caller = this.callerOf(context, level);
    const { principal, accountId } = caller;
    if (accountId === undefined) return true;
    if (level === 'admin') throw new Problem('FORBIDDEN', `This takes the ADMIN_TOKEN; ${principal} is an API key.`);
    assertScope(caller, level);
    return this.ownThings.assertNamedBy(context, accountId);
  }

  private callerOf(context: ExecutionContext, level?: AccessLevel): Caller {
    return this.authenticator.identify(context) ?? refuseUnknown(context, level);
  }
}

function refuseUnknown(context: ExecutionContext, level: AccessLevel | undefined): never {
  const isForAdmin = level === 'admin';
  const header = `send "Authorization: Bearer <${isForAdmin ? 'ADMIN_TOKEN' : 'key'}>".`;
  const detail =
    authorizationOf(context) === undefined
      ? `This takes ${isForAdmin ? 'the ADMIN_TOKEN' : 'an API key'}: ${header}`
      : `These credentials are not ${isForAdmin ? 'the ADMIN_TOKEN' : 'an API key that is in force'}; ${header}`;
  throw new Problem('UNAUTHENTICATED', detail);
}
