import { apiKeysPerAccountMax } from '../access/api-keys.js';
import type { ApiKeyScope } from '../command.js';
import { Scene } from '../exchange.fixture.js';
import { feesAccountId } from '../ids.js';
import { restoreSnapshot, takeSnapshot } from '../snapshot.js';
import { stateHash } from '../state-hash.js';

describe('API keys', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;
  let secrets: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice');
    bob = scene.account('bob');
    secrets = 0;
  });

  const hashOf = (secret: number) => String(secret).padStart(64, '0');

  function issue(accountId: number, ...scopes: ApiKeyScope[]) {
    secrets += 1;
    return scene.do({ type: 'IssueApiKey', accountId, label: 'bot', scopes, secretHash: hashOf(secrets) });
  }
  const revoke = (accountId: number, keyId: number) => scene.do({ type: 'RevokeApiKey', accountId, keyId });
  const keys = () => scene.exchange.state.apiKeys;

  it('are named by the sequence that issued them and found by the hash of their secret', () => {
    const { events } = issue(alice, 'read', 'trade');
    const keyId = scene.exchange.sequence;
    const key = { keyId, accountId: alice, label: 'bot', scopes: ['read', 'trade'], secretHash: hashOf(1) };
    expect(events).toEqual([{ type: 'ApiKeyIssued', ...key }]);
    expect(keys().withSecretHash(hashOf(1))).toEqual({ ...key, createdAt: scene.time });
  });

  it('are revoked for good, and only for the account whose they are', () => {
    issue(alice, 'read');
    const keyId = scene.exchange.sequence;
    expect(revoke(bob, keyId).reject).toEqual({
      rejected: 'API_KEY_NOT_FOUND',
      reason: `Account acc-${bob} has no key key-${keyId} in force.`,
    });
    expect(revoke(999, keyId).reject?.rejected).toBe('ACCOUNT_NOT_FOUND');
    expect(revoke(alice, keyId).events).toEqual([{ type: 'ApiKeyRevoked', keyId, accountId: alice }]);
    expect([keys().withSecretHash(hashOf(1)), keys().ofAccount(alice)]).toEqual([undefined, []]);
    expect(revoke(alice, keyId).reject?.rejected).toBe('API_KEY_NOT_FOUND');
  });

  it('stay in force when another one of the account is revoked', () => {
    issue(alice, 'read');
    const first = scene.exchange.sequence;
    issue(alice, 'trade');
    issue(bob, 'read');
    const idsOf = (accountId: number) =>
      keys()
        .ofAccount(accountId)
        .map(({ keyId }) => keyId);
    expect(idsOf(alice)).toEqual([first, first + 1]);
    revoke(alice, first);
    expect(idsOf(alice)).toEqual([first + 1]);
    expect(keys().withSecretHash(hashOf(2))?.keyId).toBe(first + 1);
    revoke(alice, first + 1);
    expect([idsOf(alice), idsOf(bob)]).toEqual([[], [first + 2]]);
  });

  it('have a secret each, which is free again when they are revoked', () => {
    issue(alice, 'read');
    const keyId = scene.exchange.sequence;
    secrets = 0;
    expect(() => issue(bob, 'read')).toThrow('no two keys have the same secret');
    revoke(alice, keyId);
    secrets = 0;
    expect(issue(bob, 'read').reject).toBeUndefined();
  });

  it(`are ${apiKeysPerAccountMax} at most for one account, until one is revoked`, () => {
    for (let count = 0; count < apiKeysPerAccountMax; count += 1) issue(alice, 'read');
    const last = scene.exchange.sequence;
    const { events, reject } = issue(alice, 'read');
    expect([events, reject?.rejected, reject?.reason]).toEqual([
      [],
      'API_KEYS_LIMIT',
      `Account acc-${alice} has 20 keys in force, the most that it may have; revoke one first.`,
    ]);
    expect(issue(bob, 'read').reject).toBeUndefined();
    revoke(alice, last);
    expect(issue(alice, 'read').reject).toBeUndefined();
  });

  it('are for customers whose account is not closed', () => {
    expect(issue(999, 'read').reject?.rejected).toBe('ACCOUNT_NOT_FOUND');
    expect(issue(feesAccountId, 'read').reject?.rejected).toBe('ACCOUNT_NOT_FOUND');
    scene.do({ type: 'ChangeAccountStatus', accountId: bob, status: 'CLOSED' });
    expect(issue(bob, 'read').reject).toEqual({
      rejected: 'ACCOUNT_CLOSED',
      reason: `Account acc-${bob} is CLOSED and gets no more keys.`,
    });
  });

  it('know when they were used last; what is older, or of a key that is gone, is left out', () => {
    issue(alice, 'read');
    const first = scene.exchange.sequence;
    issue(bob, 'read');
    const second = scene.exchange.sequence;
    const note = (...uses: { keyId: number; usedAt: number }[]) => scene.do({ type: 'NoteApiKeyUses', uses }).events;
    const uses = [
      { keyId: first, usedAt: 5 },
      { keyId: second, usedAt: 6 },
    ];
    expect(note(...uses, { keyId: 999, usedAt: 7 })).toEqual([{ type: 'ApiKeysUsed', uses }]);
    expect(note({ keyId: first, usedAt: 4 }, { keyId: second, usedAt: 6 })).toEqual([]);
    expect(
      keys()
        .all()
        .map(({ lastUsedAt }) => lastUsedAt),
    ).toEqual([5, 6]);
  });

  it('are in the snapshot, and leave no trace in it when the last is gone', () => {
    const without = Object.keys(JSON.parse(JSON.stringify(takeSnapshot(scene.exchange))));
    issue(alice, 'read', 'transfer');
    const keyId = scene.exchange.sequence;
    scene.do({ type: 'NoteApiKeyUses', uses: [{ keyId, usedAt: 5 }] });
    const restored = restoreSnapshot(JSON.parse(JSON.stringify(takeSnapshot(scene.exchange))));
    expect(stateHash(restored)).toBe(stateHash(scene.exchange));
    expect(restored.state.apiKeys.withSecretHash(hashOf(1))).toMatchObject({ keyId, lastUsedAt: 5 });
    revoke(alice, keyId);
    expect(Object.keys(JSON.parse(JSON.stringify(takeSnapshot(scene.exchange))))).toEqual(without);
  });
});
