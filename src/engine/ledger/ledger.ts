import { assertInvariant } from '../assert.js';
import type { AccountType } from '../command.js';
import { externalAccountId, feesAccountId, liquidityAccountId } from '../ids.js';
import { type Amount, amountMax } from '../money.js';
import { Account, type Balance } from './account.js';
import type { BalanceAfter } from './balance-after.js';

/** A balance that the record under way has changed, and what it was before. */
interface TouchedBalance {
  readonly accountId: number;
  readonly asset: string;
  readonly balance: Balance;
  readonly availableBefore: Amount;
  readonly heldBefore: Amount;
  /** The one that was changed before it. */
  readonly earlier: TouchedBalance | undefined;
}

const noBalances: readonly BalanceAfter[] = [];

/** No balance comes to more than this, nor below its negative. */
export const balanceMax = amountMax / 2n;

/**
 * The double-entry ledger. Money moves by postings from one account to another and in no other way, so
 * that per asset the sum over all accounts, the venue's own included, is always zero.
 */
export class Ledger {
  readonly accounts = new Map<number, Account>();
  readonly external = this.open(externalAccountId, 'SYSTEM');
  readonly fees = this.open(feesAccountId, 'SYSTEM');
  readonly liquidity = this.open(liquidityAccountId, 'SYSTEM');
  private touched: TouchedBalance | undefined = undefined;

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
    if (!debit.touched) this.touch(from, asset, debit);
    if (!credit.touched) this.touch(to, asset, credit);
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
    if (!balance.touched) this.touch(account, asset, balance);
    balance.available -= amount;
    balance.held += amount;
    assertInvariant(amount >= 0n && balance.available >= 0n, 'a hold takes what is available');
  }

  release(account: Account, asset: string, amount: Amount): void {
    const balance = account.balance(asset);
    if (!balance.touched) this.touch(account, asset, balance);
    balance.held -= amount;
    balance.available += amount;
    assertInvariant(amount >= 0n && balance.held >= 0n, 'a release gives back what is held');
  }

  /**
   * The customers' balances that are different from what they were when this was last called: accounts
   * ascending, the assets of each by their names.
   */
  takeChanges(): readonly BalanceAfter[] {
    let changes: BalanceAfter[] | undefined;
    for (let touched = this.touched; touched !== undefined; touched = touched.earlier) {
      const { accountId, asset, balance, availableBefore, heldBefore } = touched;
      const { available, held } = balance;
      balance.touched = false;
      if (available === availableBefore && held === heldBefore) continue;
      const change = { accountId, asset, available, held };
      // Most records change one balance: a list that is made with it takes no more room than that.
      if (changes === undefined) changes = [change];
      else changes.push(change);
    }
    this.touched = undefined;
    if (changes === undefined) return noBalances;
    // Most of the others change two, and to sort those takes several times as long as to look at them.
    if (changes.length === 2) return byAccountAndAsset(changes[0]!, changes[1]!) < 0 ? changes : changes.reverse();
    return changes.length > 2 ? changes.sort(byAccountAndAsset) : changes;
  }

  /** The venue's own accounts take part in almost every posting, and nobody is told of their balances. */
  private touch({ accountId, mayOwe }: Account, asset: string, balance: Balance): void {
    if (mayOwe) return;
    balance.touched = true;
    const { available: availableBefore, held: heldBefore } = balance;
    this.touched = { accountId, asset, balance, availableBefore, heldBefore, earlier: this.touched };
  }

  /**
   * Whether a balance may change by so much. What the outside world and the liquidity provider owe stays
   * below half of what the journal can hold each; as every asset adds up to zero, all others then fit too.
   */
  hasRoomFor(account: Account, asset: string, change: Amount): boolean {
    const total = account.total(asset) + change;
    return -balanceMax <= total && total <= balanceMax;
  }
}

function byAccountAndAsset(a: BalanceAfter, b: BalanceAfter): number {
  if (a.accountId !== b.accountId) return a.accountId - b.accountId;
  return a.asset < b.asset ? -1 : 1;
}
