import type { NetObligation } from '../../engine/command.js';
import type { Amount } from '../../engine/money.js';
import type { NetsQuery } from '../settlement-queries.js';
import type { Database } from './database.js';
import { NetAmounts } from './net-amounts.js';
import { firstPostingAfter } from './sorted-rows.js';

/** A sum of SQLite ends at 63 bits, which a busy account's turnover may pass: the halves of the amounts do not. */
const halfBits = 32n;
const lowHalf = `${(1n << halfBits) - 1n}`;
/** SQLite sorts in memory what it groups: a whole day's postings at once would leave the process larger for good. */
const postingsPerSum = 10_000;

/** Only trades have a trade id; `?1` and `?2` are the first posting of a sum and the one behind its last. */
const tradePostings = `FROM postings WHERE posting_id >= ?1 AND posting_id < ?2 AND trade_id IS NOT NULL`;
/** `?3` is a list of markets, each with the record that its trades come after. */
const ofMarkets = `AND EXISTS (SELECT 1 FROM json_each(?3) AS market
    JOIN trades ON trades.symbol = market.value ->> 'symbol' AND trades.trade_id = postings.trade_id
    WHERE postings.sequence > market.value ->> 'afterSequence')`;

/** What a posting does to the account at each of its ends. */
const sides = [
  ['from', -1n],
  ['to', 1n],
] as const;

function selectSums(side: 'from' | 'to', condition: string): string {
  return `SELECT ${side}_account_id AS account_id, asset, sum(amount >> ${halfBits}) AS high, sum(amount & ${lowHalf}) AS low
    ${tradePostings} ${condition} GROUP BY ${side}_account_id, asset`;
}

/** Adds up what trades and fees left each account with in each asset, from the postings of a range of records. */
export function netsOf(database: Database, { markets, throughSequence, everyMarket }: NetsQuery): NetObligation[] {
  const after = Math.min(...markets.map(({ afterSequence }) => afterSequence));
  const all = everyMarket && markets.every(({ afterSequence }) => afterSequence === after);
  const end = firstPostingAfter(database, throughSequence);
  const nets = new NetAmounts();
  for (let first = firstPostingAfter(database, after); first < end; first += postingsPerSum) {
    const last = Math.min(first + postingsPerSum, end);
    for (const [side, sign] of sides) {
      const [condition, more] = all ? ['', []] : [ofMarkets, [JSON.stringify(markets)]];
      for (const row of database.statement(selectSums(side, condition)).iterate(first, last, ...more)) {
        const amount = sign * (((row.high as Amount) << halfBits) + (row.low as Amount));
        nets.add(row.asset as string, Number(row.account_id), amount);
      }
    }
  }
  return Array.from(nets, ([asset, accountId, amount]) => ({ accountId, asset, amount })).sort(byAccountAndAsset);
}

function byAccountAndAsset(a: NetObligation, b: NetObligation): number {
  return a.accountId - b.accountId || (a.asset < b.asset ? -1 : 1);
}
