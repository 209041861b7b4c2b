import { setImmediate } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import type { JournalHead } from '../journal.js';
import type { SealedText } from '../record-codec.js';
import { Chain, type Link } from './chain.js';
import { Database } from './database.js';
import { ReadModel } from './read-model.js';
import { serve } from './worker-service.js';

/** The reader's thread: lists and checks, which may take long, on a connection of their own. */
const verifyPageRecords = 4_000;

const database = new Database((workerData as { path: string }).path, { readOnly: true, cacheKib: 4 * 1024 });
const chain = new Chain(database);
const model = new ReadModel(database);

/** Between two pages the thread answers whatever else was asked. */
async function verify(afterSequence: number, progress: (sequence: number) => void): Promise<JournalHead> {
  let link = chain.linkAt(afterSequence);
  for (;;) {
    const next = chain.walk(link, verifyPageRecords);
    if (next.sequence === link.sequence) return link;
    link = next;
    progress(link.sequence);
    await setImmediate();
  }
}

function page({ link, limit }: { link: Link; limit: number }): SealedText[] {
  const records: SealedText[] = [];
  chain.walk(link, limit, (record) => records.push(record));
  return records;
}

type Argument<Method extends keyof ReadModel> = Parameters<ReadModel[Method]>[0];

serve({
  linkAt: (sequence: number) => chain.linkAt(sequence),
  page,
  verify,
  accounts: (query: Argument<'accounts'>) => model.accounts(query),
  orders: (query: Argument<'orders'>) => model.orders(query),
  ledger: (query: Argument<'ledger'>) => model.ledger(query),
  fills: (query: Argument<'fills'>) => model.fills(query),
  trades: (query: Argument<'trades'>) => model.trades(query),
  candles: (query: Argument<'candles'>) => model.candles(query),
  day: ({ symbol, time }: { symbol: string; time: number }) => model.day(symbol, time),
  records: (query: Argument<'records'>) => model.records(query),
  close: () => database.close(),
});
