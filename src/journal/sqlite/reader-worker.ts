import { workerData } from 'node:worker_threads';
import { Database } from './database.js';
import { accountEventPage, eventPage } from './event-pages.js';
import { ReadModel } from './read-model.js';
import { answerSettlement } from './threaded-settlement.js';
import { serve } from './worker-service.js';

/** The reader's thread: lists, which may take long, on a connection of their own. */
const database = new Database((workerData as { path: string }).path, { readOnly: true, cacheKib: 4 * 1024 });
const model = new ReadModel(database);

type Argument<Method extends Exclude<keyof ReadModel, 'settlement'>> = Parameters<ReadModel[Method]>[0];

serve({
  accounts: (query: Argument<'accounts'>) => model.accounts(query),
  orders: (query: Argument<'orders'>) => model.orders(query),
  ledger: (query: Argument<'ledger'>) => model.ledger(query),
  fills: (query: Argument<'fills'>) => model.fills(query),
  trades: (query: Argument<'trades'>) => model.trades(query),
  candles: (query: Argument<'candles'>) => model.candles(query),
  day: ({ symbol, time }: { symbol: string; time: number }) => model.day(symbol, time),
  records: (query: Argument<'records'>) => model.records(query),
  settlement: answerSettlement(model.settlement),
  eventPage: (query: Argument<'recordedEvents'>) => eventPage(database, query),
  accountEventPage: (query: Argument<'accountRecords'>) => accountEventPage(database, query),
  close: () => database.close(),
});
