import type { ArmCancelOnDisconnect, DisarmCancelOnDisconnect } from '../command.js';
import type { GuardedOrders } from '../disconnect-guards.js';
import type { Decision } from '../exchange.js';
import { type Reject, reject } from '../reject.js';
import { accountNotFound, customer } from './account-decisions.js';

/** Asking again for what is there already changes nothing, so that a client may come and go without a trace. */
export function armCancelOnDisconnect(command: ArmCancelOnDisconnect, decision: Decision): Reject | undefined {
  const { accountId, symbol, graceMs } = command;
  const unknown = unknownOrders(command, decision);
  if (unknown !== undefined) return unknown;
  if (decision.state.disconnectGuards.get(command)?.graceMs === graceMs) return undefined;
  decision.emit({ type: 'CancelOnDisconnectArmed', accountId, symbol, graceMs });
  return undefined;
}

export function disarmCancelOnDisconnect(command: DisarmCancelOnDisconnect, decision: Decision): Reject | undefined {
  const { accountId, symbol } = command;
  const unknown = unknownOrders(command, decision);
  if (unknown !== undefined) return unknown;
  if (decision.state.disconnectGuards.get(command) === undefined) return undefined;
  decision.emit({ type: 'CancelOnDisconnectDisarmed', accountId, symbol });
  return undefined;
}

/** Why there can be no such orders. */
export function unknownOrders({ accountId, symbol }: GuardedOrders, { state }: Decision): Reject | undefined {
  if (customer(state.ledger.accounts, accountId) === undefined) return accountNotFound(accountId);
  if (symbol === undefined || state.markets.has(symbol)) return undefined;
  return reject('MARKET_NOT_FOUND', `There is no market ${symbol}.`);
}
