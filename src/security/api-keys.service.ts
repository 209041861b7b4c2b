import { Injectable } from '@nestjs/common';
import { accountIn } from '../edge/directory.js';
import type { PageAnswer } from '../edge/page.js';
import { Problem } from '../edge/problem.js';
import { digestOf } from '../edge/secret.js';
import type { ApiKey } from '../engine/access/api-keys.js';
import type { Origin } from '../journal/journal.js';
import { Venue } from '../venue/venue.js';
import { apiKeyScopes, type IssueApiKeyRequest } from './api-key-requests.js';
import { newApiKey } from './api-key-secret.js';
import { ApiKeyUses } from './api-key-uses.js';
import { type ApiKeyView, apiKeyView, type IssuedApiKeyView } from './api-key-views.js';

/** What can be done with API keys, for REST and gRPC alike. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly venue: Venue,
    private readonly uses: ApiKeyUses,
  ) {}

  /** The secret is made here and leaves with the answer; the exchange is told its digest alone. */
  async issue(accountId: number, request: IssueApiKeyRequest, origin: Origin): Promise<IssuedApiKeyView> {
    const { label } = request;
    const scopes = apiKeyScopes.filter((scope) => request.scopes.includes(scope));
    const key = newApiKey();
    const secretHash = digestOf(key).toString('hex');
    const command = { type: 'IssueApiKey', accountId, label, scopes, secretHash } as const;
    const { sequence: keyId, time: createdAt, reject } = await this.venue.submit(command, origin);
    if (reject !== undefined) throw Problem.rejected(reject);
    return { ...apiKeyView({ keyId, accountId, label, scopes, secretHash, createdAt }), key };
  }

  /** Those in force, oldest first: few enough for one page. */
  async list(accountId: number): Promise<PageAnswer<ApiKeyView>> {
    const keys = await this.venue.read((exchange) => {
      accountIn(exchange, accountId);
      return exchange.state.apiKeys.ofAccount(accountId);
    });
    return { items: keys.map((key) => this.view(key)), nextCursor: null };
  }

  /** From the moment of the command on the key opens nothing, not even before this has answered. */
  async revoke(accountId: number, keyId: number, origin: Origin): Promise<ApiKeyView> {
    const key = this.venue.exchange.state.apiKeys.get(keyId);
    const { reject } = await this.venue.submit({ type: 'RevokeApiKey', accountId, keyId }, origin);
    if (reject !== undefined) throw Problem.rejected(reject);
    return this.view(key!);
  }

  private view(key: ApiKey): ApiKeyView {
    return apiKeyView(key, this.uses.lastUse(key.keyId));
  }
}
