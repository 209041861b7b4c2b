import type { LedgerRow, Page, PageQuery } from '../queries.js';
import type { Database } from './database.js';
import { scanPage } from './page-scan.js';
import { ledgerRow } from './rows.js';

const postingsOfRecords = `(SELECT account_id AS toucher_id, sequence AS touched_at, first_posting_id, last_posting_id
  FROM account_records) CROSS JOIN postings ON posting_id BETWEEN first_posting_id AND last_posting_id`;

/** The entries of a customer's account, newest first: those among the postings of the records that touch it. */
export function ledgerPage(
  database: Database,
  query: PageQuery & { accountId: number; asset?: string },
): Page<LedgerRow> {
  const { accountId, asset, cursor } = query;
  const within = [{ sql: 'toucher_id = ?', value: accountId }];
  if (cursor !== undefined) {
    within.push({ sql: 'touched_at <= (SELECT sequence FROM postings WHERE posting_id = ?)', value: cursor });
  }
  const where = [{ sql: '? IN (from_account_id, to_account_id)', value: accountId }];
  const ofAsset = asset === undefined ? [] : [{ sql: 'asset = ?', value: asset }];
  const scan = {
    ...{ from: postingsOfRecords, key: 'posting_id', descending: true, order: 'touched_at DESC, posting_id DESC' },
    ...{ within, where: [...where, ...ofAsset] },
  };
  // Nothing is posted from an account to itself, so a posting is one entry of it.
  return scanPage(database, scan, query, (row) =>
    ledgerRow(row, Number(row.from_account_id) === accountId ? 'from' : 'to'),
  );
}
