import type { SealedRecord } from '../journal.js';
import {
  type AccountRecord,
  type AccountRow,
  type CandleRow,
  type DayRow,
  type FillRow,
  type LedgerRow,
  type OrderRow,
  type Page,
  type Queries,
  type RecordedEvents,
  recordsAtOnceMax,
  type TradeRow,
} from '../queries.js';
import type { SettlementQueries } from '../settlement-queries.js';
import type { Database } from './database.js';
import { type AccountEventText, accountRecord, type EventText, recordedEvents } from './event-pages.js';
import type { OrderKeys } from './order-keys.js';
import { ReadModel } from './read-model.js';
import { threadedSettlement } from './threaded-settlement.js';
import type { WorkerThread } from './worker-thread.js';

type Query<Method extends Exclude<keyof Queries, 'settlement'>> = Parameters<Queries[Method]>[0];

/** Looks up single rows at once, which takes microseconds, and leaves every list to the reader's thread. */
export class ThreadedQueries extends ReadModel {
  override readonly settlement: SettlementQueries;

  constructor(
    database: Database,
    private readonly reader: WorkerThread,
    private readonly orderKeys: OrderKeys,
  ) {
    super(database);
    this.settlement = threadedSettlement(reader);
  }

  override async orderByClientOrderId(accountId: number, clientOrderId: string): Promise<OrderRow | undefined> {
    if (this.orderKeys.isNew(accountId, clientOrderId)) return undefined;
    const recent = this.orderKeys.recentOrder(accountId, clientOrderId);
    return recent === undefined ? this.orderByKey(accountId, clientOrderId) : this.order(recent);
  }

  override accounts(query: Query<'accounts'>): Promise<Page<AccountRow>> {
    return this.reader.ask('accounts', query);
  }

  override orders(query: Query<'orders'>): Promise<Page<OrderRow>> {
    return this.reader.ask('orders', query);
  }

  override ledger(query: Query<'ledger'>): Promise<Page<LedgerRow>> {
    return this.reader.ask('ledger', query);
  }

  override fills(query: Query<'fills'>): Promise<Page<FillRow>> {
    return this.reader.ask('fills', query);
  }

  override trades(query: Query<'trades'>): Promise<Page<TradeRow>> {
    return this.reader.ask('trades', query);
  }

  override candles(query: Query<'candles'>): Promise<Page<CandleRow>> {
    return this.reader.ask('candles', query);
  }

  override day(symbol: string, time: number): Promise<DayRow | undefined> {
    return this.reader.ask('day', { symbol, time });
  }

  override records(query: Query<'records'>): Promise<Page<SealedRecord>> {
    return this.reader.ask('records', query);
  }

  override async recordedEvents(query: Query<'recordedEvents'>): Promise<readonly RecordedEvents[]> {
    if (query.limit <= recordsAtOnceMax) return super.recordedEvents(query);
    return (await this.reader.ask<EventText[]>('eventPage', query)).map(recordedEvents);
  }

  override async accountRecords(query: Query<'accountRecords'>): Promise<readonly AccountRecord[]> {
    if (query.limit <= recordsAtOnceMax) return super.accountRecords(query);
    return (await this.reader.ask<AccountEventText[]>('accountEventPage', query)).map(accountRecord);
  }
}
