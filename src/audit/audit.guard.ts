import { hash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import type { Metadata } from '@grpc/grpc-js';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../config/settings.js';
import { Problem } from '../edge/problem.js';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Lets auditors in, over REST and gRPC: those who bear AUDIT_TOKEN, or, where that is not set, everybody
 * who can reach an exchange that listens on a loopback address alone.
 */
@Injectable()
export class AuditGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): boolean {
    const { auditToken, host } = this.settings;
    if (auditToken === null) {
      if (isLoopback(host)) return true;
      throw new Problem(
        'FORBIDDEN',
        `The audit is closed: AUDIT_TOKEN is not set, and HOST (${host}) is not a loopback address.`,
      );
    }
    const token = /^Bearer +(\S+)$/i.exec(authorizationOf(context) ?? '')?.[1];
    if (token === undefined)
      throw new Problem('UNAUTHENTICATED', 'The audit asks for "Authorization: Bearer <AUDIT_TOKEN>".');
    if (!isSame(token, auditToken)) throw new Problem('UNAUTHENTICATED', 'This is not the audit token.');
    return true;
  }
}

function authorizationOf(context: ExecutionContext): string | undefined {
  if (context.getType() === 'http') return context.switchToHttp().getRequest<FastifyRequest>().headers.authorization;
  const [value] = context.switchToRpc().getContext<Metadata>().get('authorization');
  return value?.toString();
}

/** In a time that does not tell how much of the token is right, nor how long the right one is. */
function isSame(token: string, right: string): boolean {
  return timingSafeEqual(hash('sha256', token, 'buffer'), hash('sha256', right, 'buffer'));
}

function isLoopback(host: string): boolean {
  const version = isIP(host);
  return version === 0 ? host === 'localhost' : loopback.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
