import type { NetObligation } from '../../engine/command.js';
import type { Amount } from '../../engine/money.js';

/** What accounts got of assets, less what they gave; what comes to nothing is not kept. */
export class NetAmounts {
  private readonly accounts = new Map<string, Map<number, Amount>>();

  static sumOf(nets: readonly NetObligation[]): NetAmounts {
    const sums = new NetAmounts();
    for (const { asset, accountId, amount } of nets) sums.add(asset, accountId, amount);
    return sums;
  }

  move(asset: string, fromAccountId: number, toAccountId: number, amount: Amount): void {
    this.add(asset, fromAccountId, -amount);
    this.add(asset, toAccountId, amount);
  }

  add(asset: string, accountId: number, amount: Amount): void {
    let accounts = this.accounts.get(asset);
    if (accounts === undefined) {
      accounts = new Map();
      this.accounts.set(asset, accounts);
    }
    const net = (accounts.get(accountId) ?? 0n) + amount;
    if (net === 0n) accounts.delete(accountId);
    else accounts.set(accountId, net);
  }

  of(asset: string, accountId: number): Amount {
    return this.accounts.get(asset)?.get(accountId) ?? 0n;
  }

  /** Where the other amounts are not these. */
  *differencesFrom(others: NetAmounts): Iterable<NetDifference> {
    for (const [asset, accountId, here] of this) {
      const there = others.of(asset, accountId);
      if (here !== there) yield { asset, accountId, here, there };
    }
    for (const [asset, accountId, there] of others) {
      if (this.of(asset, accountId) === 0n) yield { asset, accountId, here: 0n, there };
    }
  }

  *[Symbol.iterator](): Iterator<[asset: string, accountId: number, amount: Amount]> {
    for (const [asset, accounts] of this.accounts) {
      for (const [accountId, amount] of accounts) yield [asset, accountId, amount];
    }
  }
}

export interface NetDifference {
  readonly asset: string;
  readonly accountId: number;
  readonly here: Amount;
  readonly there: Amount;
}
