import type { LedgerRow, Page, PageQuery } from '../queries.js';
import type { Database } from './database.js';
import { scanPage } from './page-scan.js';
import { ledgerRow } from './rows.js';

/** Steps from asset to asset along the index, instead of walking every entry of the account. */
const selectAssets = `WITH RECURSIVE held (asset) AS (
    SELECT min(asset) FROM ledger_entries WHERE account_id = ?1
    UNION ALL
    SELECT (SELECT min(asset) FROM ledger_entries WHERE account_id = ?1 AND asset > held.asset)
    FROM held WHERE held.asset IS NOT NULL
  )
  SELECT asset FROM held WHERE asset IS NOT NULL`;

/**
 * An account's entries, newest first. They are indexed by account and asset, which makes the last balance
 * of each one step away for the writer; a page over all assets is merged from a page of each.
 */
export function ledgerPage(
  database: Database,
  query: PageQuery & { accountId: number; asset?: string },
): Page<LedgerRow> {
  if (query.asset !== undefined) return assetPage(database, query, query.accountId, query.asset);
  const assets = database.statement(selectAssets).all(query.accountId);
  const pages = assets.map(({ asset }) => assetPage(database, query, query.accountId, asset as string));
  const merged = pages.flatMap((page) => page.items).sort((a, b) => b.entryId - a.entryId);
  const items = merged.slice(0, query.limit);
  const more = merged.length > query.limit || pages.some((page) => page.nextCursor !== undefined);
  return { items, nextCursor: more ? items.at(-1)?.entryId : undefined };
}

function assetPage(database: Database, query: PageQuery, accountId: number, asset: string): Page<LedgerRow> {
  const within = [
    { sql: 'account_id = ?', value: accountId },
    { sql: 'asset = ?', value: asset },
  ];
  const scan = { from: 'ledger_entries', key: 'entry_id', descending: true, within, where: [] };
  return scanPage(database, scan, query, ledgerRow);
}
