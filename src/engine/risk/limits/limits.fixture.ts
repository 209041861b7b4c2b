import { money } from '../../exchange.fixture.js';
import type { Amount } from '../../money.js';
import type { RiskLimit, RiskLimitKind } from './risk-limit.js';

/** A limit in short words, `'POSITION BTC'`, and how much: `'2 BTC'`, or a number where it is of no asset. */
export type LimitWords = readonly [string, string | Amount];

export function limitsOf(...words: readonly LimitWords[]): RiskLimit[] {
  return words.map(([name, limit]) => {
    const [kind, of] = name.split(' ') as [RiskLimitKind, string?];
    return { kind, of, limit: typeof limit === 'string' ? money(limit).amount : limit };
  });
}
