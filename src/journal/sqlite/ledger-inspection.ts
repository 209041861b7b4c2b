import type { Exchange } from '../../engine/exchange.js';
import { formatId } from '../../engine/ids.js';
import { type Amount, formatDecimal } from '../../engine/money.js';
import type { Database } from './database.js';
import { type Inspection, Misfit } from './inspection.js';

const selectPostings = 'SELECT from_account_id, to_account_id, asset, amount FROM postings';

/** Every asset adds up to zero over all accounts, in the postings and in the exchange, and each account has in both the same. */
export class LedgerInspection implements Inspection {
  readonly name = 'ledger';

  constructor(
    private readonly database: Database,
    private readonly exchange: Exchange,
  ) {}

  conclude(): string {
    const totals = new Totals();
    let postings = 0;
    for (const row of this.database.statement(selectPostings).iterate()) {
      const [asset, amount] = [row.asset as string, row.amount as Amount];
      totals.add(asset, Number(row.from_account_id), -amount);
      totals.add(asset, Number(row.to_account_id), amount);
      postings += 1;
    }
    for (const [asset, accounts] of totals.byAsset) {
      for (const [accountId, total] of accounts) this.assertBalance(accountId, asset, total);
    }
    this.assertZero('balances of the exchange', this.exchangeSums());
    const assets = [...totals.byAsset.keys()].join(', ') || 'No asset was moved;';
    return `${assets} add up to zero over ${postings} postings, and every balance is that of the exchange.`;
  }

  private assertBalance(accountId: number, asset: string, total: Amount): void {
    const account = this.exchange.state.ledger.accounts.get(accountId);
    const balance = account?.total(asset) ?? 0n;
    if (balance === total) return;
    throw new Misfit(
      `The postings of ${formatId('acc', accountId)} add up to ${this.shown(total, asset)}, its balance is ${this.shown(balance, asset)}`,
    );
  }

  private assertZero(what: string, sums: ReadonlyMap<string, Amount>): void {
    for (const [asset, sum] of sums) {
      if (sum !== 0n) throw new Misfit(`The ${what} add up to ${this.shown(sum, asset)}, not to zero`);
    }
  }

  private exchangeSums(): Map<string, Amount> {
    const sums = new Map<string, Amount>();
    for (const account of this.exchange.state.ledger.accounts.values()) {
      for (const [asset, { total }] of account.balances) sums.set(asset, (sums.get(asset) ?? 0n) + total);
    }
    return sums;
  }

  private shown(amount: Amount, asset: string): string {
    const scale = this.exchange.state.venue?.assets.find((listed) => listed.asset === asset)?.scale ?? 0;
    return `${formatDecimal(amount, scale)} ${asset}`;
  }
}

/** What each account has of each asset, by all postings so far. */
class Totals {
  readonly byAsset = new Map<string, Map<number, Amount>>();

  add(asset: string, accountId: number, amount: Amount): void {
    let accounts = this.byAsset.get(asset);
    if (accounts === undefined) {
      accounts = new Map();
      this.byAsset.set(asset, accounts);
    }
    accounts.set(accountId, (accounts.get(accountId) ?? 0n) + amount);
  }
}
