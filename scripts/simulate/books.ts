import type { Exchange } from '../../src/engine/exchange.js';
import { discrepancy } from '../crash/discrepancy.js';

/** What holds of the ledger after every command: nothing is made or lost, nobody owes, and what is held stands behind open orders. */
export function checkBooks(exchange: Exchange): void {
  const sums = new Map<string, bigint>();
  for (const account of exchange.state.ledger.accounts.values()) {
    for (const [asset, { available, held, total }] of account.balances) {
      sums.set(asset, (sums.get(asset) ?? 0n) + total);
      if (account.accountId <= 0) continue;
      const place = `${asset} of account ${account.accountId} after record ${exchange.sequence}`;
      if (available < 0n || held < 0n)
        throw discrepancy(`a balance of ${place}`, 'zero or more', `${available} and ${held}`);
      const holds = [...account.openOrders.values()].filter((order) => order.holdAsset === asset);
      const sum = holds.reduce((total, { hold }) => total + hold, 0n);
      if (held !== sum)
        throw discrepancy(`what is held in ${place}`, `${sum}, the holds of its open orders`, `${held}`);
    }
  }
  for (const [asset, sum] of sums) {
    if (sum !== 0n)
      throw discrepancy(`conservation of ${asset} after record ${exchange.sequence}`, 'a sum of 0', `${sum}`);
  }
}
