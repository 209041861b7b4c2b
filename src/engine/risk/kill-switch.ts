import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

/** A stop to all trading of an account, or of everybody. Money still moves: that is what an account's status is for. */
export interface KillSwitch {
  readonly reason: string;
  /** In milliseconds since 1970. */
  readonly engagedAt: number;
}

export const killSwitch: RiskRule = ({ account, state }) => {
  const engaged = account.killSwitch ?? state.killSwitch;
  if (engaged === undefined) return undefined;
  const whose = account.killSwitch === undefined ? 'all accounts' : 'the account';
  const since = new Date(engaged.engagedAt).toISOString();
  return reject('KILL_SWITCH_ENGAGED', `The kill switch of ${whose} is engaged since ${since}: ${engaged.reason}`);
};
