import type { Exchange } from '../../engine/exchange.js';
import { formatId } from '../../engine/ids.js';
import { type Amount, formatDecimal } from '../../engine/money.js';
import type { Database } from './database.js';
import { type Inspection, Misfit } from './inspection.js';

/** In the order of the index, so that nothing is sorted; an account's sum is its balance and fits an integer of SQLite. */
const selectTotals = `SELECT account_id, asset, sum(amount) AS total, count(*) AS entries
  FROM ledger_entries GROUP BY account_id, asset`;

/**
 * Every asset adds up to zero over all accounts, in the ledger's entries and in the exchange, and each
 * account has in both the same.
 */
export class LedgerInspection implements Inspection {
  readonly name = 'ledger';

  constructor(
    private readonly database: Database,
    private readonly exchange: Exchange,
  ) {}

  conclude(): string {
    const sums = new Map<string, Amount>();
    let entries = 0n;
    for (const row of this.database.statement(selectTotals).iterate()) {
      const [asset, total] = [row.asset as string, row.total as Amount];
      this.assertBalance(Number(row.account_id), asset, total);
      sums.set(asset, (sums.get(asset) ?? 0n) + total);
      entries += row.entries as bigint;
    }
    this.assertZero('ledger entries', sums);
    this.assertZero('balances of the exchange', this.exchangeSums());
    const assets = [...sums.keys()].join(', ') || 'No asset was moved;';
    return `${assets} add up to zero over ${entries} ledger entries, and every balance is that of the exchange.`;
  }

  private assertBalance(accountId: number, asset: string, total: Amount): void {
    const account = this.exchange.state.ledger.accounts.get(accountId);
    const balance = account?.total(asset) ?? 0n;
    if (balance === total) return;
    throw new Misfit(
      `The entries of ${formatId('acc', accountId)} add up to ${this.shown(total, asset)}, its balance is ${this.shown(balance, asset)}`,
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
