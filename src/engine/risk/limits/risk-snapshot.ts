import type { Account } from '../../ledger/account.js';
import { AccountRisk } from './account-risk.js';
import { keyOfLimit, limitsFromJson, limitsToJson, type RiskLevel } from './risk-limit.js';

/** An account's limits as plain JSON; what follows from its open orders is left out. */
export interface RiskSnapshot {
  readonly warnAtPercent: number;
  readonly limits: readonly object[];
  /** Those that are not NORMAL, by the names of their limits, in the order of the limits. */
  readonly levels: readonly (readonly [string, RiskLevel])[];
  /** By quote asset, in the order of the limits. */
  readonly costs: readonly (readonly [string, string])[];
  readonly second: number;
  readonly ordersInSecond: number;
}

export function riskToJson({ risk }: Account): RiskSnapshot | undefined {
  if (risk === undefined) return undefined;
  const { warnAtPercent, limits, second, ordersInSecond } = risk;
  return {
    warnAtPercent,
    limits: limitsToJson(limits),
    levels: limits
      .filter((limit) => risk.level(limit) !== 'NORMAL')
      .map((limit) => [keyOfLimit(limit), risk.level(limit)] as const),
    costs: [...risk.costs].map(([quote, cost]) => [quote, cost.toString()] as const),
    second,
    ordersInSecond,
  };
}

/** What `riskToJson` wrote, of an account that has its open orders already. */
export function riskFromJson(account: Account, kept: RiskSnapshot): AccountRisk {
  const risk = new AccountRisk(limitsFromJson(kept.limits), kept.warnAtPercent, account);
  for (const [key, level] of kept.levels) risk.levels.set(key, level);
  for (const [quote, cost] of kept.costs) risk.costs.set(quote, BigInt(cost));
  risk.second = kept.second;
  risk.ordersInSecond = kept.ordersInSecond;
  return risk;
}
