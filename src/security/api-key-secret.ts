import { randomBytes } from 'node:crypto';

/** What every key begins with, so that people and scanners for leaked secrets know one when they see it. */
export const apiKeyPrefix = 'exs_';

const secretBytes = 32;

/** A new key: the prefix and 256 random bits in base64url. */
export function newApiKey(): string {
  return apiKeyPrefix + randomBytes(secretBytes).toString('base64url');
}
