import type { AccountStatus, AccountType } from '../command.js';
import type { Amount } from '../money.js';
import type { KillSwitch } from '../risk/kill-switch.js';
import type { AccountRisk } from '../risk/limits/account-risk.js';
import { OpenOrders } from './open-orders.js';

/** What an account has of one asset. What is held stands behind open orders; the two add up to the total. */
export class Balance {
  available: Amount = 0n;
  held: Amount = 0n;
  /** Whether the record under way has changed it: the ledger's own. */
  touched = false;

  get total(): Amount {
    return this.available + this.held;
  }
}

/** An account of the ledger, with the orders that it has open. */
export class Account {
  status: AccountStatus = 'ACTIVE';
  readonly balances = new Map<string, Balance>();
  readonly openOrders = new OpenOrders();
  /** Its limits and what it has used of them; `undefined` while it has none. */
  risk: AccountRisk | undefined = undefined;
  killSwitch: KillSwitch | undefined = undefined;

  constructor(
    readonly accountId: number,
    readonly accountType: AccountType | 'SYSTEM',
  ) {}

  /** The venue's own accounts may owe: the outside world what was deposited, the liquidity provider what it sold. */
  get mayOwe(): boolean {
    return this.accountType === 'SYSTEM';
  }

  balance(asset: string): Balance {
    let balance = this.balances.get(asset);
    if (balance === undefined) {
      balance = new Balance();
      this.balances.set(asset, balance);
    }
    return balance;
  }

  available(asset: string): Amount {
    return this.balances.get(asset)?.available ?? 0n;
  }

  total(asset: string): Amount {
    return this.balances.get(asset)?.total ?? 0n;
  }

  get isEmpty(): boolean {
    for (const balance of this.balances.values()) {
      if (balance.available !== 0n || balance.held !== 0n) return false;
    }
    return true;
  }
}
