import type { Event } from '../../event.js';
import type { Decision } from '../../exchange.js';
import type { Account } from '../../ledger/account.js';
import type { Amount } from '../../money.js';
import type { OrderCheck } from '../order-check.js';
import { limitRules, type Reach, reachOf } from './limit-rules.js';
import type { RiskLevel, RiskLimit } from './risk-limit.js';

/** REFUSING is as high as BREACHED: the account was told already that it is at its limit. */
const ranks: Readonly<Record<RiskLevel, number>> = { NORMAL: 0, WARNING: 1, BREACHED: 2, REFUSING: 2 };

/**
 * Looks, after a command, how each account that it touched stands to its limits, and tells of every level that was
 * crossed: once on the way up and once on the way down, whatever happens in between.
 */
export function surveyLimits(events: readonly Event[], decision: Decision): void {
  for (const account of touched(events, decision)) {
    for (const limit of account.risk!.limits) {
      if (account.risk!.level(limit) !== 'REFUSING') surveyLimit(account, limit, decision);
    }
  }
}

/** An order was refused for a limit. */
export function tellRefusal(account: Account, { limit, value }: Reach, orderId: number, { emit }: Decision): void {
  if (ranks[account.risk!.level(limit)] === ranks.REFUSING) return;
  emit({ type: 'RiskLimitBreached', accountId: account.accountId, ...limit, value, orderId });
}

/** The limits that refused the last order which they were asked about, and do not refuse this one. */
export function limitsPassedBy(check: OrderCheck): readonly Reach[] {
  const { risk } = check.account;
  if (risk === undefined || risk.levels.size === 0) return [];
  return risk.limits
    .filter((limit) => risk.level(limit) === 'REFUSING')
    .map((limit) => reachOf(limit, check))
    .filter((reach) => reach !== undefined);
}

/** An order was accepted that passed a limit which had refused one. */
export function tellPassed(account: Account, { limit, value }: Reach, decision: Decision): void {
  if (limitRules[limit.kind].now !== undefined) surveyLimit(account, limit, decision);
  else decision.emit({ type: 'RiskEased', accountId: account.accountId, ...limit, value, level: 'NORMAL' });
}

function surveyLimit(account: Account, limit: RiskLimit, { state, stamp, emit }: Decision): void {
  const rule = limitRules[limit.kind];
  if (rule.now === undefined) return;
  const risk = account.risk!;
  const before = risk.level(limit);
  const value = rule.now(account, limit.of ?? '', state, stamp.time);
  const level = levelAt(value, limit.limit, risk.warnAtPercent);
  if (ranks[level] === ranks[before]) return;
  const use = { accountId: account.accountId, ...limit, value };
  if (level === 'BREACHED') emit({ type: 'RiskLimitBreached', ...use });
  else if (ranks[level] < ranks[before]) emit({ type: 'RiskEased', ...use, level });
  else emit({ type: 'RiskWarningRaised', ...use });
}

/** How a use stands to a limit. */
export function levelAt(value: Amount, limit: Amount, warnAtPercent: number): 'NORMAL' | 'WARNING' | 'BREACHED' {
  if (value > limit) return 'BREACHED';
  return value * 100n >= limit * BigInt(warnAtPercent) ? 'WARNING' : 'NORMAL';
}

/** The accounts with limits that the events are about. */
function touched(events: readonly Event[], { state: { risk } }: Decision): Set<Account> {
  const accounts = new Set<Account>();
  const touch = (accountId: number): void => {
    const account = risk.limited.get(accountId);
    if (account !== undefined) accounts.add(account);
  };
  for (const event of events) {
    switch (event.type) {
      case 'TradeExecuted':
        touch(event.takerAccountId);
        touch(event.makerAccountId);
        break;
      case 'FundsMoved':
        touch(event.fromAccountId);
        touch(event.toAccountId);
        break;
      case 'OrderPlaced':
      case 'OrderCanceled':
      case 'OrderExpired':
      case 'RiskLimitsSet':
        touch(event.accountId);
        break;
      case 'PricesMoved':
        for (const accountId of risk.movedByPrices()) touch(accountId);
        break;
      default:
      // Nothing else changes what is used of a limit.
    }
  }
  return accounts;
}
