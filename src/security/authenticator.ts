import { timingSafeEqual } from 'node:crypto';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { authorizationOf, bearerTokenOf, type Caller } from '../edge/caller.js';
import type { Credentials } from '../edge/credentials.js';
import { currentRequest } from '../edge/request-context.js';
import { digestOf, SecretDigest } from '../edge/secret.js';
import { formatId } from '../engine/ids.js';
import { Venue } from '../venue/venue.js';
import { ApiKeyUses } from './api-key-uses.js';

const admin: Caller = { principal: 'admin' };

/** Finds out who asks, by the bearer token. Secrets are compared by their SHA-256, which is all that is kept of them. */
@Injectable()
export class Authenticator implements Credentials {
  private readonly adminToken: SecretDigest | undefined;

  constructor(
    { adminToken }: Settings,
    private readonly venue: Venue,
    private readonly uses: ApiKeyUses,
  ) {
    this.adminToken = adminToken === null ? undefined : new SecretDigest(adminToken);
  }

  /** Who asks; `undefined` without credentials, and with ones that are not or no longer good. */
  identify(context: ExecutionContext): Caller | undefined {
    const request = currentRequest()!;
    const token = request.caller === undefined ? bearerTokenOf(authorizationOf(context)) : undefined;
    if (token !== undefined) request.caller = this.bearerOf(token);
    return request.caller;
  }

  bearerOf(token: string): Caller | undefined {
    const digest = digestOf(token);
    if (this.adminToken?.isOf(digest)) return admin;
    const key = this.venue.exchange.state.apiKeys.withSecretHash(digest.toString('hex'));
    if (key === undefined || !timingSafeEqual(digest, Buffer.from(key.secretHash, 'hex'))) return undefined;
    this.uses.note(key.keyId);
    return { principal: formatId('key', key.keyId), accountId: key.accountId, scopes: key.scopes };
  }
}
