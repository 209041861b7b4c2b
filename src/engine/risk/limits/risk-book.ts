import type { RiskLimitsSet } from '../../event.js';
import type { Account } from '../../ledger/account.js';
import type { Market } from '../../matching/market.js';
import { AccountRisk } from './account-risk.js';
import { type Markets, noteFirstPrice, worth } from './day-result.js';

const dayMs = 86_400_000;

/** The accounts that have limits, and the day that their losses are counted for. */
export class RiskBook {
  readonly limited = new Map<number, Account>();
  private day = 0;

  constructor(private readonly markets: Markets) {}

  /** What was used of a limit is used of the one that replaces it; how the account stands to them is told anew. */
  setLimits(account: Account, { limits, warnAtPercent }: RiskLimitsSet, time: number): void {
    const before = account.risk;
    account.risk = limits.length === 0 ? undefined : new AccountRisk(limits, warnAtPercent, account);
    this.day = dayOf(time);
    if (account.risk === undefined) {
      this.limited.delete(account.accountId);
      return;
    }
    this.limited.set(account.accountId, account);
    account.risk.second = before?.second ?? 0;
    account.risk.ordersInSecond = before?.ordersInSecond ?? 0;
    for (const { kind, of } of limits) {
      if (kind === 'DAILY_LOSS')
        account.risk.costs.set(of!, before?.costs.get(of!) ?? worth(account, of!, this.markets));
    }
  }

  /** Takes over an account as a snapshot has it, which was taken at a time. */
  restore(account: Account, risk: AccountRisk, time: number): void {
    account.risk = risk;
    this.limited.set(account.accountId, account);
    this.day = dayOf(time);
  }

  /** Whom a move of the reference prices, or the time that has gone by, may bring to another level; ascending. */
  movedByPrices(): number[] {
    return [...this.limited]
      .filter(([, { risk }]) => risk!.costs.size > 0 || risk!.levels.size > 0)
      .map(([accountId]) => accountId)
      .sort((a, b) => a - b);
  }

  isToday(time: number): boolean {
    return dayOf(time) === this.day;
  }

  /** Before anything happens on a new day: from here on everything has cost what it is worth. */
  turnDay(time: number): void {
    if (this.isToday(time)) return;
    this.day = dayOf(time);
    for (const account of this.limited.values()) {
      const { costs } = account.risk!;
      for (const quote of costs.keys()) costs.set(quote, worth(account, quote, this.markets));
    }
  }

  firstPriced(market: Market): void {
    for (const account of this.limited.values()) noteFirstPrice(account, market, this.markets);
  }
}

function dayOf(time: number): number {
  return Math.floor(time / dayMs);
}
