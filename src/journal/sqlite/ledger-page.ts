import type { LedgerRow, Page, PageQuery } from '../queries.js';
import type { Database } from './database.js';
import { scanPage } from './page-scan.js';
import { ledgerRow, type PostingSide } from './rows.js';

/**
 * Steps from asset to asset along the index, instead of walking every posting of the account. An account
 * gets an asset before it gives any away, so what it was given names all of them.
 */
const selectAssets = `WITH RECURSIVE held (asset) AS (
    SELECT min(asset) FROM postings WHERE to_account_id = ?1 AND to_account_id > 0
    UNION ALL
    SELECT (SELECT min(asset) FROM postings WHERE to_account_id = ?1 AND to_account_id > 0 AND asset > held.asset)
    FROM held WHERE held.asset IS NOT NULL
  )
  SELECT asset FROM held WHERE asset IS NOT NULL`;

/**
 * The entries of a customer's account, newest first. Postings are indexed by account and asset, which makes
 * the last balance of each one step away for the writer; a page is merged from one of each asset and side.
 */
export function ledgerPage(
  database: Database,
  query: PageQuery & { accountId: number; asset?: string },
): Page<LedgerRow> {
  const assets = query.asset === undefined ? assetsOf(database, query.accountId) : [query.asset];
  const pages = assets.flatMap((asset) => [
    sidePage(database, query, 'from', query.accountId, asset),
    sidePage(database, query, 'to', query.accountId, asset),
  ]);
  const merged = pages.flatMap((page) => page.items).sort((a, b) => b.entryId - a.entryId);
  const items = merged.slice(0, query.limit);
  const more = merged.length > query.limit || pages.some((page) => page.nextCursor !== undefined);
  return { items, nextCursor: more ? items.at(-1)?.entryId : undefined };
}

function assetsOf(database: Database, accountId: number): string[] {
  const rows = database.statement(selectAssets).all(accountId);
  return rows.map(({ asset }) => asset as string);
}

function sidePage(
  database: Database,
  { limit, cursor }: PageQuery,
  side: PostingSide,
  accountId: number,
  asset: string,
): Page<LedgerRow> {
  const within = [
    { sql: `${side}_account_id > 0` },
    { sql: `${side}_account_id = ?`, value: accountId },
    { sql: 'asset = ?', value: asset },
  ];
  const scan = { from: 'postings', key: 'posting_id', descending: true, within, where: [] };
  return scanPage(database, scan, { limit, cursor: cursor && postingAfter(cursor, side) }, (row) =>
    ledgerRow(row, side),
  );
}

/** The first posting whose entry on a side does not come before an entry any more. */
function postingAfter(entryId: number, side: PostingSide): number {
  return side === 'from' ? Math.floor(entryId / 2) + 1 : Math.ceil(entryId / 2);
}
