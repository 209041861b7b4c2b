import type { AccountOpened, Event, FundsMoved, TradeExecuted, TransferRejected } from '../../engine/event.js';
import type { VenueDefinition } from '../../engine/instrument.js';
import { postingsOf } from '../postings.js';
import { encodeVenue } from '../record-codec.js';
import { AccountRecordProjection, type ProjectedRecord } from './account-record-projection.js';
import { CandleProjection } from './candle-projection.js';
import type { Database } from './database.js';
import { KnownMarkets } from './known-markets.js';
import { OrderProjection } from './order-projection.js';
import { SettlementProjection } from './settlement-projection.js';

const selectLastPosting = 'SELECT posting_id FROM journal_head';
const upsertVenue = `INSERT INTO meta VALUES ('venue', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
const upsertMarket = `INSERT INTO markets (symbol, base, quote) VALUES (?, ?, ?) ON CONFLICT (symbol) DO NOTHING`;
const insertAccount = `INSERT INTO accounts
  (account_id, name, owner_id, account_type, status, idempotency_key, created_at) VALUES (?, ?, ?, ?, 'ACTIVE', ?, ?)`;
const updateAccountStatus = `UPDATE accounts SET status = ? WHERE account_id = ?`;
const insertTransfer = `INSERT INTO transfers (transfer_id, kind, from_account_id, to_account_id, asset, amount,
  key_account_id, idempotency_key, reject_code, reject_reason, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const insertTrade = `INSERT INTO trades (trade_id, sequence, symbol, price, quantity, notional, taker_side,
  taker_order_id, taker_account_id, taker_fee, maker_order_id, maker_account_id, maker_fee, executed_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/**
 * Turns events into the rows of the read model, within the transaction that keeps them. Orders and candles
 * are gathered over a batch and written by `flush`; everything else is written at once.
 */
export class Projection {
  private readonly markets: KnownMarkets;
  private readonly accountRecords: AccountRecordProjection;
  private readonly orders: OrderProjection;
  private readonly candles: CandleProjection;
  private readonly settlement: SettlementProjection;

  /** Postings have no rows, but they are counted. */
  lastPostingId: number;

  constructor(private readonly database: Database) {
    this.lastPostingId = this.storedLastPostingId();
    this.markets = new KnownMarkets(database);
    this.accountRecords = new AccountRecordProjection(database);
    this.orders = new OrderProjection(database);
    this.candles = new CandleProjection(database);
    this.settlement = new SettlementProjection(database);
  }

  fold(record: ProjectedRecord): void {
    const firstPostingId = this.lastPostingId + 1;
    for (const event of record.events) this.project(record, event);
    this.lastPostingId += postingsOf(record.events, this.markets.of).length;
    this.accountRecords.fold(record, firstPostingId, this.lastPostingId);
  }

  /** The last record whose order, if it placed one, has its key in the table of keys. */
  get keyedSequence(): number {
    return this.orders.keyedSequence;
  }

  /** `sequence` is that of the last of so many records. */
  flush(sequence: number, recordCount: number): void {
    this.orders.flush(sequence, recordCount);
    this.candles.flush();
  }

  /** After a rollback: nothing of the batch may stay in memory. */
  forget(): void {
    this.accountRecords.forget();
    this.orders.forget();
    this.candles.forget();
    this.markets.forget();
    this.lastPostingId = this.storedLastPostingId();
  }

  private storedLastPostingId(): number {
    return Number(this.database.statement(selectLastPosting).get()?.posting_id);
  }

  private project(record: ProjectedRecord, event: Event): void {
    switch (event.type) {
      case 'VenueConfigured':
        this.configured(event.venue);
        break;
      case 'AccountOpened':
        this.accountOpened(record, event);
        break;
      case 'AccountStatusChanged':
        this.database.statement(updateAccountStatus).run(event.status, event.accountId);
        break;
      case 'FundsMoved':
        this.transferred(record, event);
        this.settlement.moved(record, event);
        break;
      case 'TransferRejected':
        this.transferred(record, event);
        break;
      case 'OrderPlaced':
        this.orders.placed(record, event, this.markets.of(event.symbol));
        break;
      case 'OrderRejected':
        this.orders.rejected(record, event);
        break;
      case 'OrderCanceled':
        this.orders.ended(record, event.orderId, 'CANCELED');
        break;
      case 'OrderExpired':
        this.orders.ended(record, event.orderId, 'EXPIRED');
        break;
      case 'TradeExecuted':
        this.traded(record, event);
        break;
      case 'PricesMoved':
        for (const { symbol, priceTicks, stale } of event.prices) {
          // A price that nobody has confirmed makes no candle.
          if (stale) continue;
          this.candles.priced(record.time, symbol, BigInt(priceTicks) * this.markets.of(symbol).tickSize);
        }
        break;
      case 'SettlementCycleClosed':
        this.settlement.closed(record, event);
        break;
      case 'InstructionStatusesChanged':
        for (const change of event.changes) this.settlement.changed(record, change);
        break;
      case 'OrderReleased':
        this.orders.released(record, event.orderId);
        break;
      case 'OrderRested':
      case 'CancelOnDisconnectArmed':
      case 'CancelOnDisconnectDisarmed':
      case 'MarketStatusChanged':
      case 'ApiKeyIssued':
      case 'ApiKeyRevoked':
      case 'ApiKeysUsed':
      case 'RiskLimitsSet':
      case 'RiskWarningRaised':
      case 'RiskLimitBreached':
      case 'RiskEased':
      case 'KillSwitchEngaged':
      case 'KillSwitchReleased':
      case 'FaultInjected':
      case 'FaultEnded':
        break;
      default:
        event satisfies never;
    }
  }

  private configured(venue: VenueDefinition): void {
    this.database.statement(upsertVenue).run(encodeVenue(venue));
    for (const { symbol, base, quote } of venue.markets) this.database.statement(upsertMarket).run(symbol, base, quote);
  }

  private accountOpened(record: ProjectedRecord, event: AccountOpened): void {
    const { accountId, name, ownerId, accountType, idempotencyKey } = event;
    this.database
      .statement(insertAccount)
      .run(accountId, name, ownerId ?? null, accountType, idempotencyKey ?? null, record.time);
  }

  private transferred(record: ProjectedRecord, event: FundsMoved | TransferRejected): void {
    const refused = event.type === 'TransferRejected' ? event : undefined;
    this.database
      .statement(insertTransfer)
      .run(
        event.transferId,
        event.kind,
        event.fromAccountId,
        event.toAccountId,
        event.asset,
        event.amount,
        event.kind === 'DEPOSIT' ? event.toAccountId : event.fromAccountId,
        event.idempotencyKey ?? null,
        refused?.rejectCode ?? null,
        refused?.reason ?? null,
        record.time,
      );
  }

  private traded(record: ProjectedRecord, event: TradeExecuted): void {
    const market = this.markets.of(event.symbol);
    const price = BigInt(event.priceTicks) * market.tickSize;
    const quantity = BigInt(event.quantityLots) * market.lotSize;
    this.database
      .statement(insertTrade)
      .run(
        event.tradeId,
        record.sequence,
        event.symbol,
        price,
        quantity,
        event.notional,
        event.takerSide,
        event.takerOrderId,
        event.takerAccountId,
        event.takerFee,
        event.makerOrderId,
        event.makerAccountId,
        event.makerFee,
        record.time,
      );
    this.orders.traded(record, event, quantity);
    this.candles.traded(record.time, event.symbol, price, quantity, event.notional);
  }
}
