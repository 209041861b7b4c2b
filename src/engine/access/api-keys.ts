import { assertInvariant } from '../assert.js';
import type { ApiKeyScope, ApiKeyUse } from '../command.js';

/** So many active keys one account may have: enough for a key per program and per rotation, and memory stays bounded. */
export const apiKeysPerAccountMax = 20;

/** A key that is in force. The exchange knows the SHA-256 of the secret and never the secret itself. */
export interface ApiKey {
  readonly keyId: number;
  readonly accountId: number;
  readonly label?: string;
  readonly scopes: readonly ApiKeyScope[];
  /** SHA-256 of the secret, in lower-case hex. */
  readonly secretHash: string;
  readonly createdAt: number;
  /** As far as it was journaled; absent before the first time. */
  readonly lastUsedAt?: number;
}

/** The keys in force. What was revoked is forgotten here; the journal tells of it. */
export class ApiKeys {
  private readonly keys = new Map<number, ApiKey>();
  private readonly idsBySecretHash = new Map<string, number>();
  private readonly idsByAccount = new Map<number, number[]>();

  get(keyId: number): ApiKey | undefined {
    return this.keys.get(keyId);
  }

  withSecretHash(secretHash: string): ApiKey | undefined {
    const keyId = this.idsBySecretHash.get(secretHash);
    return keyId === undefined ? undefined : this.keys.get(keyId);
  }

  /** The keys of an account, oldest first. */
  ofAccount(accountId: number): ApiKey[] {
    return (this.idsByAccount.get(accountId) ?? []).map((keyId) => this.keys.get(keyId)!);
  }

  /** Every key, oldest first. */
  all(): ApiKey[] {
    return [...this.keys.values()].sort((a, b) => a.keyId - b.keyId);
  }

  add(key: ApiKey): void {
    assertInvariant(!this.idsBySecretHash.has(key.secretHash), 'no two keys have the same secret');
    this.keys.set(key.keyId, key);
    this.idsBySecretHash.set(key.secretHash, key.keyId);
    this.idsByAccount.set(key.accountId, [...(this.idsByAccount.get(key.accountId) ?? []), key.keyId]);
  }

  remove(keyId: number): void {
    const key = this.named(keyId);
    const others = this.idsByAccount.get(key.accountId)!.filter((id) => id !== keyId);
    this.keys.delete(keyId);
    this.idsBySecretHash.delete(key.secretHash);
    if (others.length === 0) this.idsByAccount.delete(key.accountId);
    else this.idsByAccount.set(key.accountId, others);
  }

  noteUse({ keyId, usedAt }: ApiKeyUse): void {
    const key = this.named(keyId);
    if (usedAt > (key.lastUsedAt ?? 0)) this.keys.set(keyId, { ...key, lastUsedAt: usedAt });
  }

  /** A key that an event names: it must be there. */
  private named(keyId: number): ApiKey {
    const key = this.keys.get(keyId);
    assertInvariant(key !== undefined, 'an event names a key that is in force');
    return key;
  }
}
