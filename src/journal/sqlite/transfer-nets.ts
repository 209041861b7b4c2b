import type { NetObligation } from '../../engine/command.js';
import { externalAccountId } from '../../engine/ids.js';
import type { Amount } from '../../engine/money.js';
import type { Database } from './database.js';

const selectPostings = 'SELECT asset, amount, from_account_id, to_account_id FROM postings WHERE transfer_id = ?';

/** What the ledger posted for a transfer on each side that is not the outside world. */
export function transferNets(database: Database, transferId: number): NetObligation[] {
  const rows = database.statement(selectPostings).all(transferId);
  return rows
    .flatMap(({ asset, amount, from_account_id, to_account_id }) => [
      { accountId: Number(from_account_id), asset: asset as string, amount: -(amount as Amount) },
      { accountId: Number(to_account_id), asset: asset as string, amount: amount as Amount },
    ])
    .filter(({ accountId }) => accountId !== externalAccountId);
}
