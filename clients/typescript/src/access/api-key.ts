import type { Time } from '../words.js';

/** What a key may do with its account: see, place and cancel orders, withdraw and transfer. None includes another. */
export type ApiKeyScope = 'read' | 'trade' | 'transfer';

export interface ApiKey {
  readonly keyId: string;
  readonly accountId: string;
  readonly label: string | null;
  readonly scopes: readonly ApiKeyScope[];
  readonly createdAt: Time;
  /** null if never. */
  readonly lastUsedAt: Time | null;
}

export interface IssuedApiKey extends ApiKey {
  /** The key itself, which is shown this once. */
  readonly key: string;
}

export interface IssueApiKeyRequest {
  /** For people; put no secret into it. */
  readonly label?: string;
  readonly scopes: readonly ApiKeyScope[];
}
