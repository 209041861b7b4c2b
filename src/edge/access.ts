import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { ApiKeyScope } from '../engine/command.js';
import { ApiProblems } from './api-docs.js';

/**
 * Who may call a method while AUTH=on. Each method of a controller, over REST and gRPC, declares one:
 * `public`, everybody; `probe`, everybody, and without a rate limit; a scope, the keys that have it, for
 * their own account, and the admin; `admin`, the admin alone; `audit`, who bears AUDIT_TOKEN; `handshake`,
 * everybody, because who opens a stream may say within it who they are.
 */
export type AccessLevel = 'public' | 'probe' | 'handshake' | ApiKeyScope | 'admin' | 'audit';

export const accessMetadata = 'exchange:access';

/** Declares who may call a method, or all methods of a class that say nothing else themselves. */
export function Access(level: AccessLevel): MethodDecorator & ClassDecorator {
  const declared = SetMetadata(accessMetadata, level);
  // A query parameter that a path does not have is refused everywhere.
  if (level === 'probe') return applyDecorators(declared, ApiProblems('VALIDATION_FAILED'));
  if (level === 'public') return applyDecorators(declared, ApiProblems('VALIDATION_FAILED', 'RATE_LIMITED'));
  const problems = ApiProblems('VALIDATION_FAILED', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED');
  return applyDecorators(declared, ApiBearerAuth(), problems);
}
