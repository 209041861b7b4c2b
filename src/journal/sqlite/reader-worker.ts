import { workerData } from 'node:worker_threads';
import { Chain, type Link } from './chain.js';
import { Database } from './database.js';
import { ReadModel } from './read-model.js';
import { serve } from './worker-service.js';

/** The reader's thread: lists and checks, which may take long, on a connection of their own. */
const database = new Database((workerData as { path: string }).path, { readOnly: true, cacheKib: 4 * 1024 });
const chain = new Chain(database);
const model = new ReadModel(database);

type Argument<Method extends keyof ReadModel> = Parameters<ReadModel[Method]>[0];

serve({
  linkAt: (sequence: number) => chain.linkAt(sequence),
  page: ({ link, limit }: { link: Link; limit: number }) => chain.page(link, limit),
  verify: (afterSequence: number, progress: (sequence: number) => void) => chain.verify(afterSequence, progress),
  accounts: (query: Argument<'accounts'>) => model.accounts(query),
  orders: (query: Argument<'orders'>) => model.orders(query),
  ledger: (query: Argument<'ledger'>) => model.ledger(query),
  ledgerSums: () => model.ledgerSums(),
  fills: (query: Argument<'fills'>) => model.fills(query),
  trades: (query: Argument<'trades'>) => model.trades(query),
  candles: (query: Argument<'candles'>) => model.candles(query),
  day: ({ symbol, time }: { symbol: string; time: number }) => model.day(symbol, time),
  records: (query: Argument<'records'>) => model.records(query),
  close: () => database.close(),
});
