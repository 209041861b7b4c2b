import type { NetObligation } from '../../engine/command.js';
import { externalAccountId } from '../../engine/ids.js';
import type { Amount } from '../../engine/money.js';
import type { Database } from './database.js';
import { firstPostingAfter } from './sorted-rows.js';

const selectPostings = `SELECT asset, amount, from_account_id, to_account_id FROM postings
  WHERE posting_id >= ? AND posting_id < ? AND transfer_id = ?`;

/** What the ledger posted for a transfer, which has the id of its record, on each side that is not the outside world. */
export function transferNets(database: Database, transferId: number): NetObligation[] {
  const range = [firstPostingAfter(database, transferId - 1), firstPostingAfter(database, transferId)];
  const rows = database.statement(selectPostings).all(...range, transferId);
  return rows
    .flatMap(({ asset, amount, from_account_id, to_account_id }) => [
      { accountId: Number(from_account_id), asset: asset as string, amount: -(amount as Amount) },
      { accountId: Number(to_account_id), asset: asset as string, amount: amount as Amount },
    ])
    .filter(({ accountId }) => accountId !== externalAccountId);
}
