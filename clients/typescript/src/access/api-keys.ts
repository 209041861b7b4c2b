import type { CallOptions } from '../client-options.js';
import type { Page } from '../rest/listing.js';
import type { RestTransport } from '../rest/rest-transport.js';
import type { ApiKey, IssueApiKeyRequest, IssuedApiKey } from './api-key.js';

export class ApiKeys {
  constructor(private readonly rest: RestTransport) {}

  /** It is sent once, because a secret is shown once: without an answer, revoke the key that nobody has. */
  issue(accountId: string, request: IssueApiKeyRequest, options?: CallOptions): Promise<IssuedApiKey> {
    return this.rest.send({ method: 'POST', path: pathOf(accountId), body: request, repeatable: false }, options);
  }

  /** Those in force, oldest first. */
  async list(accountId: string, options?: CallOptions): Promise<readonly ApiKey[]> {
    return (await this.rest.get<Page<ApiKey>>(pathOf(accountId), undefined, options)).items;
  }

  /** At once and for good. It is sent once. */
  revoke(accountId: string, keyId: string, options?: CallOptions): Promise<ApiKey> {
    return this.rest.send({ method: 'DELETE', path: [...pathOf(accountId), keyId], repeatable: false }, options);
  }
}

function pathOf(accountId: string): string[] {
  return ['accounts', accountId, 'api-keys'];
}
