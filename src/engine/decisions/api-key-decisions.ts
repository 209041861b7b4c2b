import { apiKeysPerAccountMax } from '../access/api-keys.js';
import type { IssueApiKey, NoteApiKeyUses, RevokeApiKey } from '../command.js';
import type { Decision } from '../exchange.js';
import { formatId } from '../ids.js';
import { type Reject, reject } from '../reject.js';
import { accountNotFound, customer } from './account-decisions.js';

/** A key is named by the sequence of the record that issued it. A suspended account may have keys: it still reads and cancels. */
export function issueApiKey(command: IssueApiKey, { state, stamp, emit }: Decision): Reject | undefined {
  const { accountId, label, scopes, secretHash } = command;
  const account = customer(state.ledger.accounts, accountId);
  if (account === undefined) return accountNotFound(accountId);
  if (account.status === 'CLOSED') {
    return reject('ACCOUNT_CLOSED', `Account ${formatId('acc', accountId)} is CLOSED and gets no more keys.`);
  }
  if (state.apiKeys.ofAccount(accountId).length >= apiKeysPerAccountMax) {
    return reject(
      'API_KEYS_LIMIT',
      `Account ${formatId('acc', accountId)} has ${apiKeysPerAccountMax} keys in force, the most that it may have; revoke one first.`,
    );
  }
  emit({ type: 'ApiKeyIssued', keyId: stamp.sequence, accountId, label, scopes, secretHash });
  return undefined;
}

export function revokeApiKey({ accountId, keyId }: RevokeApiKey, { state, emit }: Decision): Reject | undefined {
  if (customer(state.ledger.accounts, accountId) === undefined) return accountNotFound(accountId);
  if (state.apiKeys.get(keyId)?.accountId !== accountId) {
    const [account, key] = [formatId('acc', accountId), formatId('key', keyId)];
    return reject('API_KEY_NOT_FOUND', `Account ${account} has no key ${key} in force.`);
  }
  emit({ type: 'ApiKeyRevoked', keyId, accountId });
  return undefined;
}

/** What was revoked since it was used is left out. */
export function noteApiKeyUses({ uses }: NoteApiKeyUses, { state, emit }: Decision): undefined {
  const known = uses.filter(({ keyId, usedAt }) => {
    const key = state.apiKeys.get(keyId);
    return key !== undefined && usedAt > (key.lastUsedAt ?? 0);
  });
  if (known.length > 0) emit({ type: 'ApiKeysUsed', uses: known });
}
