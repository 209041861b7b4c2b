import { type Reject, reject } from '../reject.js';
import { breachBy, limitRules } from './limits/limit-rules.js';
import { riskLimitKinds } from './limits/risk-limit.js';
import type { RiskRule } from './order-check.js';

/** The account's own limits, each a rule of its own in `limits`. An account without any passes with one look. */
export const accountLimits: RiskRule = (check) => {
  if (check.account.risk === undefined) return undefined;
  const breach = breachBy(check);
  if (breach === undefined) return undefined;
  const { kind, limit, of = '' } = breach.limit;
  return reject(`${kind}_LIMIT`, limitRules[kind].refusal(check, breach.value, limit, of));
};

/** Whether an order was refused for one of the account's own limits. */
export function isForLimit({ rejected }: Reject): boolean {
  return riskLimitKinds.some((kind) => rejected === `${kind}_LIMIT`);
}
