import type { Random } from '../crash/random.js';
import type { KnownThings } from './known-things.js';
import type { Outcome, Target } from './outcome.js';

/** The tokens of a server that asks for them. */
export const tokens = { admin: 'admin-token-of-fuzz', audit: 'audit-token-of-fuzz' } as const;

/** What an input shows to say who sends it. */
export interface Credentials {
  /** The header, or the metadata of gRPC; without it, none is sent. */
  readonly authorization: string | undefined;
  /** What they can be good for at most; a key may be another account's, or revoked. */
  readonly may: 'nothing' | 'read' | 'command';
}

const shareGood = 0.85;
const shareAdmin = 0.8;

export function credentialsFor({ asks }: Target, things: KnownThings, random: Random): Credentials {
  const key = random.chance(shareAdmin) ? undefined : things.apiKey(random);
  const isAudit = asks === 'auditors';
  const right = isAudit ? tokens.audit : (key?.secret ?? tokens.admin);
  const may = isAudit || (key?.canCommand ?? true) ? 'command' : 'read';
  if (random.chance(shareGood)) return { authorization: `Bearer ${right}`, may };
  const others = isAudit ? tokens.admin : tokens.audit;
  const wrong = ['', 'Bearer', right, `Basic ${right}`, `Bearer ${right}x`, `Bearer ${right.slice(1)}`];
  const wronger = [`Bearer ${right.toUpperCase()}`, `Bearer ${others}`, 'Bearer exs_0000', `Bearer ${'x'.repeat(600)}`];
  return { authorization: random.pick([...wrong, ...wronger]) || undefined, may: 'nothing' };
}

/** What was done or told for credentials that are not good for it. */
export function overreach(credentials: Credentials, { asks, command }: Target, { verdict, status }: Outcome): string[] {
  const { may, authorization } = credentials;
  const isTooMuch = may === 'nothing' || (may === 'read' && command !== undefined);
  if (asks === undefined || verdict !== 'ACCEPTED' || !isTooMuch) return [];
  return [`"${authorization ?? 'nothing'}" is not good for it, and was answered with ${status}`];
}
