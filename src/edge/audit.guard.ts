import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { isLoopback } from '../config/loopback.js';
import { Settings } from '../config/settings.js';
import { authorizationOf, bearerTokenOf } from './caller.js';
import { Problem } from './problem.js';
import { currentRequest } from './request-context.js';
import { digestOf, SecretDigest } from './secret.js';

const auditor = { principal: 'auditor' };

/**
 * Lets auditors in, over REST and gRPC: those who bear AUDIT_TOKEN, or, where that is not set and nobody else is
 * asked for credentials either, everybody who can reach an exchange that listens on a loopback address alone.
 */
@Injectable()
export class AuditGuard implements CanActivate {
  private readonly token: SecretDigest | undefined;

  constructor(private readonly settings: Settings) {
    const { auditToken } = settings;
    this.token = auditToken === null ? undefined : new SecretDigest(auditToken);
  }

  canActivate(context: ExecutionContext): boolean {
    if (this.settings.auditPort !== null && context.getType() === 'rpc') {
      throw new Problem('NOT_FOUND', 'The audit is served over HTTP alone, on its own port.');
    }
    if (this.token === undefined) return this.admitsAll();
    const token = bearerTokenOf(authorizationOf(context));
    if (token === undefined) {
      throw new Problem('UNAUTHENTICATED', 'The audit asks for "Authorization: Bearer <AUDIT_TOKEN>".');
    }
    if (!this.token.isOf(digestOf(token)))
      throw new Problem('UNAUTHENTICATED', 'This is not the audit token: send "Authorization: Bearer <AUDIT_TOKEN>".');
    currentRequest()!.caller = auditor;
    return true;
  }

  private admitsAll(): true {
    const { auth, host } = this.settings;
    if (auth === 'off' && isLoopback(host)) return true;
    throw new Problem(
      'FORBIDDEN',
      'The audit is closed: AUDIT_TOKEN is not set, and with AUTH=on nobody is let in without it.',
    );
  }
}
