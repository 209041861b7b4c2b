import type { Amount } from '../../engine/money.js';
import { entryId, entryOf, type Posting, type PostingSide, postingOf, postingsOf } from '../postings.js';
import type { LedgerRow, Page, PageQuery } from '../queries.js';
import { newestFirst, spanOf } from './account-spans.js';
import type { Database } from './database.js';
import { type EventText, eventText, recordedEvents } from './event-pages.js';
import type { KnownMarkets } from './known-markets.js';
import { assertLimit, scannedRowsMax } from './page-scan.js';
import { lastRecordBeforePosting } from './sorted-rows.js';

const selectPosted = `SELECT sequence, time, events, balances, first_posting_id
  FROM account_history CROSS JOIN journal ON sequence = touched_at
  WHERE holder_id = ?1 AND span <= ${spanOf('?2')} AND touched_at <= ?2 AND first_posting_id <= last_posting_id
  ORDER BY ${newestFirst}`;
const selectBalanceBefore = `SELECT balance.value ->> 2 AS available, balance.value ->> 3 AS held
  FROM account_history CROSS JOIN journal ON sequence = touched_at
    CROSS JOIN json_each(nullif(balances, '')) AS balance
  WHERE holder_id = ?1 AND span <= ${spanOf('?2')} AND touched_at < ?2
    AND balance.value ->> 0 = ?1 AND balance.value ->> 1 = ?3
  ORDER BY ${newestFirst} LIMIT 1`;

interface LedgerQuery extends PageQuery {
  readonly accountId: number;
  readonly asset?: string;
}

/** The entries of a customer's account, newest first: those among the postings of the records that touch it. */
export function ledgerPage(database: Database, markets: KnownMarkets, query: LedgerQuery): Page<LedgerRow> {
  assertLimit(query.limit);
  const items: LedgerRow[] = [];
  let scanned = 0;
  for (const entry of entriesBefore(database, markets, query)) {
    if (query.asset === undefined || entry.asset === query.asset) {
      if (items.length === query.limit) return { items, nextCursor: postingOf(items.at(-1)!) };
      items.push(entry);
    }
    scanned += 1;
    if (scanned === scannedRowsMax) return { items, nextCursor: postingOf(entry) };
  }
  return { items };
}

function* entriesBefore(database: Database, markets: KnownMarkets, query: LedgerQuery): Iterable<LedgerRow> {
  const { accountId, cursor } = query;
  const through = cursor === undefined ? Number.MAX_SAFE_INTEGER : lastRecordBeforePosting(database, accountId, cursor);
  for (const row of database.statement(selectPosted).iterate(accountId, through)) {
    const entries = entriesOfRecord(database, markets, accountId, eventText(row), Number(row.first_posting_id));
    for (const entry of entries) if (cursor === undefined || postingOf(entry) < cursor) yield entry;
  }
}

/** An account's entries in one record, newest first. Its balances after the record are in it: those between follow. */
function entriesOfRecord(
  database: Database,
  markets: KnownMarkets,
  accountId: number,
  text: EventText,
  firstPostingId: number,
): LedgerRow[] {
  const record = recordedEvents(text);
  const after = new Map<string, Amount>();
  for (const { accountId: owner, asset, available, held } of record.balances) {
    if (owner === accountId) after.set(asset, available + held);
  }
  return postingsOf(record.events, markets.of)
    .map((posting, at) => ({ posting, postingId: firstPostingId + at, side: sideOf(posting, accountId) }))
    .reverse()
    .flatMap(({ posting, postingId, side }) => {
      if (side === undefined) return [];
      const entry = entryOf(posting, side, record);
      const balance = after.get(entry.asset) ?? balanceBefore(database, accountId, record.sequence, entry.asset);
      after.set(entry.asset, balance - entry.amount);
      return [{ ...entry, entryId: entryId(postingId, side), balance }];
    });
}

/** Nothing is posted from an account to itself, so a posting is one entry of it. */
function sideOf({ from, to }: Posting, accountId: number): PostingSide | undefined {
  if (from.accountId === accountId) return 'from';
  return to.accountId === accountId ? 'to' : undefined;
}

/** A record has the balances that it changed. What it gave and took again, such as a fee as large as its trade, is as it was before. */
function balanceBefore(database: Database, accountId: number, sequence: number, asset: string): Amount {
  const row = database.statement(selectBalanceBefore).get(accountId, sequence, asset);
  return row === undefined ? 0n : BigInt(row.available as string) + BigInt(row.held as string);
}
