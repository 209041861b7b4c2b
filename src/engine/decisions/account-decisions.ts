import type { ChangeAccountStatus, Deposit, OpenAccount, Transfer, Withdraw } from '../command.js';
import type { FundsMoved } from '../event.js';
import type { Decision } from '../exchange.js';
import { externalAccountId, formatId } from '../ids.js';
import type { Account } from '../ledger/account.js';
import { formatDecimal } from '../money.js';
import { type Reject, reject } from '../reject.js';
import type { State } from '../state.js';

export function openAccount(command: OpenAccount, { stamp, emit }: Decision): undefined {
  const { name, ownerId, accountType, idempotencyKey } = command;
  emit({ type: 'AccountOpened', accountId: stamp.sequence, name, ownerId, accountType, idempotencyKey });
}

/** Suspending stops trading and moving funds, but not canceling; closing is for ever, and only an empty account can be closed. */
export function changeAccountStatus(
  { accountId, status }: ChangeAccountStatus,
  { state, emit }: Decision,
): Reject | undefined {
  const account = customer(state.ledger.accounts, accountId);
  if (account === undefined) return accountNotFound(accountId);
  if (account.status === status) return undefined;
  if (account.status === 'CLOSED') {
    return reject('ACCOUNT_CLOSED', `Account ${formatId('acc', accountId)} is CLOSED and stays so.`);
  }
  if (status === 'CLOSED' && account.openOrders.size > 0) {
    return reject(
      'ACCOUNT_HAS_OPEN_ORDERS',
      `Account ${formatId('acc', accountId)} has ${account.openOrders.size} open orders; cancel them before closing it.`,
    );
  }
  if (status === 'CLOSED' && !account.isEmpty) {
    const assets = [...account.balances]
      .filter(([, balance]) => balance.total > 0n)
      .map(([asset]) => asset)
      .sort();
    return reject(
      'ACCOUNT_NOT_EMPTY',
      `Account ${formatId('acc', accountId)} still has ${assets.join(', ')}; withdraw it before closing it.`,
    );
  }
  emit({ type: 'AccountStatusChanged', accountId, status });
  return undefined;
}

export function deposit({ accountId, asset, amount, idempotencyKey }: Deposit, decision: Decision): Reject | undefined {
  const transferId = decision.stamp.sequence;
  return moveFunds(
    {
      type: 'FundsMoved',
      transferId,
      kind: 'DEPOSIT',
      fromAccountId: externalAccountId,
      toAccountId: accountId,
      asset,
      amount,
      idempotencyKey,
    },
    decision,
  );
}

export function withdraw(
  { accountId, asset, amount, idempotencyKey }: Withdraw,
  decision: Decision,
): Reject | undefined {
  const transferId = decision.stamp.sequence;
  return moveFunds(
    {
      type: 'FundsMoved',
      transferId,
      kind: 'WITHDRAWAL',
      fromAccountId: accountId,
      toAccountId: externalAccountId,
      asset,
      amount,
      idempotencyKey,
    },
    decision,
  );
}

export function transfer(command: Transfer, decision: Decision): Reject | undefined {
  const { fromAccountId, toAccountId, asset, amount, idempotencyKey } = command;
  const transferId = decision.stamp.sequence;
  return moveFunds(
    {
      type: 'FundsMoved',
      transferId,
      kind: 'TRANSFER',
      fromAccountId,
      toAccountId,
      asset,
      amount,
      idempotencyKey,
    },
    decision,
  );
}

/** A refusal of funds is kept, so that the account's audit trail can tell of it; what names nothing that exists is not. */
function moveFunds(movement: FundsMoved, { state, emit }: Decision): Reject | undefined {
  const { accounts } = state.ledger;
  const from = accounts.get(movement.fromAccountId);
  const to = accounts.get(movement.toAccountId);
  if (from === undefined || (from.mayOwe && movement.kind !== 'DEPOSIT'))
    return accountNotFound(movement.fromAccountId);
  if (to === undefined || (to.mayOwe && movement.kind !== 'WITHDRAWAL')) return accountNotFound(movement.toAccountId);
  const scale = state.venue?.assets.find(({ asset }) => asset === movement.asset)?.scale;
  if (scale === undefined) {
    const listed = state.venue?.assets.map(({ asset }) => asset).join(', ') ?? 'none yet';
    return reject('ASSET_NOT_FOUND', `There is no asset ${movement.asset}; there are ${listed}.`);
  }
  const refusal = refusalOf(movement, from, to, scale, state);
  if (refusal === undefined) {
    const instructionId = state.settlement.instructionCount + 1;
    emit(state.venue?.instructsTransfers ? { ...movement, instructionId } : movement);
  } else {
    emit({ ...movement, type: 'TransferRejected', rejectCode: refusal.rejected, reason: refusal.reason });
  }
  return refusal;
}

function refusalOf(
  { kind, asset, amount }: FundsMoved,
  from: Account,
  to: Account,
  scale: number,
  { ledger, venue, settlement }: State,
): Reject | undefined {
  const stopped = [from, to].find((account) => account.status !== 'ACTIVE');
  if (stopped !== undefined) {
    const id = formatId('acc', stopped.accountId);
    return reject('ACCOUNT_NOT_ACTIVE', `Account ${id} is ${stopped.status}; funds move between ACTIVE accounts.`);
  }
  if (from === to) return reject('SAME_ACCOUNT', 'A transfer goes from one account to another one.');
  if (venue?.instructsTransfers && settlement.isCrowded) {
    const open = settlement.openCount;
    return reject(
      'SETTLEMENT_BACKLOG',
      `The custodian has ${open} instructions to settle; funds move again when it has settled some.`,
    );
  }
  const available = from.available(asset);
  if (kind !== 'DEPOSIT' && available < amount) {
    return reject(
      'INSUFFICIENT_FUNDS',
      `${formatDecimal(amount, scale)} ${asset} was asked for and ${formatDecimal(available, scale)} ${asset} is available.`,
    );
  }
  const hasRoom =
    ledger.hasRoomFor(to, asset, amount) && (kind !== 'DEPOSIT' || ledger.hasRoomFor(from, asset, -amount));
  if (!hasRoom) {
    return reject('BALANCE_LIMIT', `The balance of ${asset} after this would be larger than the ledger can keep.`);
  }
  return undefined;
}

export function customer(accounts: ReadonlyMap<number, Account>, accountId: number): Account | undefined {
  const account = accounts.get(accountId);
  return account?.mayOwe ? undefined : account;
}

export function accountNotFound(accountId: number): Reject {
  return reject('ACCOUNT_NOT_FOUND', `There is no account ${formatId('acc', accountId)}.`);
}
