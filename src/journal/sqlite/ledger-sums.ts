import { setImmediate } from 'node:timers/promises';
import type { Amount } from '../../engine/money.js';
import type { AssetSum } from '../queries.js';
import type { Database } from './database.js';

const entriesPerStep = 20_000;

const selectSums = `SELECT asset, sum(amount) AS sum FROM ledger_entries
  WHERE entry_id > ? AND entry_id <= ? GROUP BY asset`;

/** Adds up the ledger as it is now, step by step, so that others have the thread in between. */
export async function ledgerSums(database: Database): Promise<AssetSum[]> {
  const last = Number(database.statement('SELECT ledger_entry_id FROM journal_head').get()?.ledger_entry_id);
  const sums = new Map<string, Amount>();
  for (let after = 0; after < last; after += entriesPerStep) {
    for (const row of database.statement(selectSums).all(after, Math.min(after + entriesPerStep, last))) {
      sums.set(row.asset as string, (sums.get(row.asset as string) ?? 0n) + (row.sum as Amount));
    }
    await setImmediate();
  }
  return [...sums].map(([asset, sum]) => ({ asset, sum }));
}
