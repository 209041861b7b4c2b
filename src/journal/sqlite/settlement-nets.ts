import type { NetObligation } from '../../engine/command.js';
import type { Amount } from '../../engine/money.js';
import type { NetsQuery } from '../settlement-queries.js';
import type { Database } from './database.js';
import { NetAmounts } from './net-amounts.js';
import { firstTradeAfter } from './sorted-rows.js';

/** A sum of SQLite ends at 63 bits, which a busy account's turnover may pass: the halves of the amounts do not. */
const halfBits = 32n;
const lowHalf = `${(1n << halfBits) - 1n}`;
/** SQLite sorts in memory what it groups: a whole day's postings at once would leave the process larger for good. */
const tradesPerSum = 3_000;

/** `?1` and `?2` are the first trade of a sum and the one behind its last. */
const ofTrades = 'FROM postings WHERE trade_id >= ?1 AND trade_id < ?2';
/** `?3` is a list of markets, each with the record that its trades come after. */
const ofMarkets = `AND EXISTS (SELECT 1 FROM json_each(?3) AS market
    WHERE market.value ->> 'symbol' = symbol AND sequence > market.value ->> 'afterSequence')`;

function selectSums(condition: string): string {
  return `SELECT from_account_id, to_account_id, asset, sum(amount >> ${halfBits}) AS high, sum(amount & ${lowHalf}) AS low
    ${ofTrades} ${condition} GROUP BY from_account_id, to_account_id, asset`;
}

/** Adds up what trades and fees left each account with in each asset, from the postings of the trades of a range of records. */
export function netsOf(database: Database, { markets, throughSequence, everyMarket }: NetsQuery): NetObligation[] {
  const after = Math.min(...markets.map(({ afterSequence }) => afterSequence));
  const all = everyMarket && markets.every(({ afterSequence }) => afterSequence === after);
  const statement = database.statement(selectSums(all ? '' : ofMarkets));
  const more = all ? [] : [JSON.stringify(markets)];
  const end = firstTradeAfter(database, throughSequence);
  const nets = new NetAmounts();
  for (let first = firstTradeAfter(database, after); first < end; first += tradesPerSum) {
    for (const row of statement.iterate(first, Math.min(first + tradesPerSum, end), ...more)) {
      const amount = ((row.high as Amount) << halfBits) + (row.low as Amount);
      nets.move(row.asset as string, Number(row.from_account_id), Number(row.to_account_id), amount);
    }
  }
  return Array.from(nets, ([asset, accountId, amount]) => ({ accountId, asset, amount })).sort(byAccountAndAsset);
}

function byAccountAndAsset(a: NetObligation, b: NetObligation): number {
  return a.accountId - b.accountId || (a.asset < b.asset ? -1 : 1);
}
