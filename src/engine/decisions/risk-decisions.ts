import { assertInvariant } from '../assert.js';
import type { EngageKillSwitch, ReleaseKillSwitch, SetRiskLimits } from '../command.js';
import type { Decision } from '../exchange.js';
import { type Reject, reject } from '../reject.js';
import { inOrder, keyOfLimit, limitsToJson, type RiskLimit, subjectsOfLimits } from '../risk/limits/risk-limit.js';
import type { State } from '../state.js';
import { accountNotFound, customer } from './account-decisions.js';

/** Limits may be set at any time; those that the account has already are not told again. */
export function setRiskLimits(command: SetRiskLimits, { state, emit }: Decision): Reject | undefined {
  const { accountId, warnAtPercent } = command;
  const account = customer(state.ledger.accounts, accountId);
  if (account === undefined) return accountNotFound(accountId);
  const limits = inOrder(command.limits);
  assertSound(limits);
  for (const limit of limits) {
    const refusal = unlisted(limit, state);
    if (refusal !== undefined) return refusal;
  }
  const { risk } = account;
  const isSame =
    risk === undefined
      ? limits.length === 0
      : risk.warnAtPercent === warnAtPercent && textOf(risk.limits) === textOf(limits);
  if (!isSame) emit({ type: 'RiskLimitsSet', accountId, warnAtPercent, limits });
  return undefined;
}

/** What is open is canceled in the same breath, so that nothing comes between. */
export function engageKillSwitch(
  { accountId, reason }: EngageKillSwitch,
  { state, emit }: Decision,
): Reject | undefined {
  const account = accountId === undefined ? undefined : customer(state.ledger.accounts, accountId);
  if (accountId !== undefined && account === undefined) return accountNotFound(accountId);
  if ((account ?? state).killSwitch !== undefined) return undefined;
  emit({ type: 'KillSwitchEngaged', accountId, reason });
  for (const order of [...(account?.openOrders ?? state.orders).values()]) {
    emit({ type: 'OrderCanceled', orderId: order.orderId, accountId: order.account.accountId, reason: 'KILL_SWITCH' });
  }
  return undefined;
}

export function releaseKillSwitch({ accountId }: ReleaseKillSwitch, { state, emit }: Decision): Reject | undefined {
  const account = accountId === undefined ? undefined : customer(state.ledger.accounts, accountId);
  if (accountId !== undefined && account === undefined) return accountNotFound(accountId);
  if ((account ?? state).killSwitch !== undefined) emit({ type: 'KillSwitchReleased', accountId });
  return undefined;
}

function assertSound(limits: readonly RiskLimit[]): void {
  const keys = new Set(limits.map(keyOfLimit));
  assertInvariant(keys.size === limits.length, 'nothing is limited twice');
  for (const { kind, of, limit } of limits) {
    const hasSubject = subjectsOfLimits[kind] !== 'none';
    assertInvariant(
      limit > 0n && (of !== undefined) === hasSubject,
      'a limit is above zero, and of what its kind is of',
    );
  }
}

function unlisted({ kind, of }: RiskLimit, { markets, venue }: State): Reject | undefined {
  const subject = subjectsOfLimits[kind];
  if (subject === 'market' && !markets.has(of!)) return reject('MARKET_NOT_FOUND', `There is no market ${of}.`);
  if (subject === 'asset' && !venue?.assets.some(({ asset }) => asset === of)) {
    return reject('ASSET_NOT_FOUND', `There is no asset ${of}.`);
  }
  return undefined;
}

function textOf(limits: readonly RiskLimit[]): string {
  return JSON.stringify(limitsToJson(limits));
}
