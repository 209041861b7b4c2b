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
  for (const [account, hasPlaced] of touched(events, decision)) {
    for (const limit of account.risk!.limits) surveyLimit(account, limit, hasPlaced, decision);
  }
}

/** An order was refused for a limit. */
export function tellRefusal(account: Account, { limit, value }: Reach, orderId: number, { emit }: Decision): void {
  if (ranks[account.risk!.level(limit)] === ranks.REFUSING) return;
  emit({ type: 'RiskLimitBreached', accountId: account.accountId, ...limit, value, orderId });
}

/** The limits for single orders that refused the last order which they were asked about, and do not refuse this one. */
export function limitsEasedBy(check: OrderCheck): readonly Reach[] {
  const { risk } = check.account;
  if (risk === undefined || risk.levels.size === 0) return [];
  return risk.limits
    .filter((limit) => limitRules[limit.kind].now === undefined && risk.level(limit) === 'REFUSING')
    .map((limit) => reachOf(limit, check))
    .filter((reach) => reach !== undefined);
}

export function tellEased({ accountId }: Account, { limit, value }: Reach, { emit }: Decision): void {
  emit({ type: 'RiskEased', accountId, ...limit, value, level: 'NORMAL' });
}

function surveyLimit(account: Account, limit: RiskLimit, hasPlaced: boolean, { state, stamp, emit }: Decision): void {
  const rule = limitRules[limit.kind];
  const risk = account.risk!;
  const before = risk.level(limit);
  if (rule.now === undefined || (before === 'REFUSING' && !hasPlaced)) return;
  const value = rule.now(account, limit.of ?? '', state, stamp.time);
  const level = levelAt(value, limit.limit, risk.warnAtPercent);
  if (ranks[level] === ranks[before]) return;
  const use = { accountId: account.accountId, ...limit, value };
  if (ranks[level] < ranks[before]) emit({ type: 'RiskEased', ...use, level: level as 'WARNING' | 'NORMAL' });
  else emit({ type: level === 'WARNING' ? 'RiskWarningRaised' : 'RiskLimitBreached', ...use });
}

export function levelAt(value: Amount, limit: Amount, warnAtPercent: number): 'NORMAL' | 'WARNING' | 'BREACHED' {
  if (value > limit) return 'BREACHED';
  return value * 100n >= limit * BigInt(warnAtPercent) ? 'WARNING' : 'NORMAL';
}

/** The accounts with limits that the events are about, and whether they have placed an order. */
function touched(events: readonly Event[], { state: { risk } }: Decision): Map<Account, boolean> {
  const accounts = new Map<Account, boolean>();
  const touch = (accountId: number, hasPlaced = false): void => {
    const account = risk.limited.get(accountId);
    if (account !== undefined) accounts.set(account, hasPlaced || accounts.get(account) === true);
  };
  for (const event of events) {
    switch (event.type) {
      case 'OrderPlaced':
        touch(event.accountId, true);
        break;
      case 'TradeExecuted':
        touch(event.takerAccountId);
        touch(event.makerAccountId);
        break;
      case 'FundsMoved':
        touch(event.fromAccountId);
        touch(event.toAccountId);
        break;
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
