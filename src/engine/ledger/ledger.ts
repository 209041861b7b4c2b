import { assertInvariant } from '../assert.js';
import type { AccountType } from '../command.js';
import { externalAccountId, feesAccountId, liquidityAccountId } from '../ids.js';
import { type Amount, amountMax } from '../money.js';
import { Account } from './account.js';

/**
 * The double-entry ledger. Money moves by postings from one account to another and in no other way, so
 * that per asset the sum over all accounts, the venue's own included, is always zero.
 */
export class Ledger {
  readonly accounts = new Map<number, Account>();
  readonly external = this.open(externalAccountId, 'SYSTEM');
  readonly fees = this.open(feesAccountId, 'SYSTEM');
  readonly liquidity = this.open(liquidityAccountId, 'SYSTEM');

  open(accountId: number, accountType: AccountType | 'SYSTEM'): Account {
    assertInvariant(!this.accounts.has(accountId), 'an account is opened once');
    const account = new Account(accountId, accountType);
    this.accounts.set(accountId, account);
    return account;
  }

  /** An account that an event names: it must be there. */
  account(accountId: number): Account {
    const account = this.accounts.get(accountId);
    assertInvariant(account !== undefined, 'an event names an account that was opened');
    return account;
  }

  /** One posting, from what is available to what is available. */
  post(from: Account, to: Account, asset: string, amount: Amount): void {
    const debit = from.balance(asset);
    const credit = to.balance(asset);
    debit.available -= amount;
    credit.available += amount;
    assertInvariant(amount >= 0n && (debit.available >= 0n || from.mayOwe), 'a posting takes what is available');
    assertInvariant(
      credit.available + credit.held <= amountMax && debit.available >= -amountMax,
      'a balance fits the journal',
    );
  }

  hold(account: Account, asset: string, amount: Amount): void {
    const balance = account.balance(asset);
    balance.available -= amount;
    balance.held += amount;
    assertInvariant(amount >= 0n && balance.available >= 0n, 'a hold takes what is available');
  }

  release(account: Account, asset: string, amount: Amount): void {
    const balance = account.balance(asset);
    balance.held -= amount;
    balance.available += amount;
    assertInvariant(amount >= 0n && balance.held >= 0n, 'a release gives back what is held');
  }

  /**
   * Whether a balance may change by so much. What the outside world and the liquidity provider owe stays
   * below half of what the journal can hold each; as every asset adds up to zero, all others then fit too.
   */
  hasRoomFor(account: Account, asset: string, change: Amount): boolean {
    const total = account.total(asset) + change;
    return -amountMax / 2n <= total && total <= amountMax / 2n;
  }
}
