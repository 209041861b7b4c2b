import type { AccountStatus, AccountType, Side } from '../engine/command.js';
import type { Event, OrderTerms, TransferKind } from '../engine/event.js';
import type { BalanceAfter } from '../engine/ledger/balance-after.js';
import type { Amount } from '../engine/money.js';
import type { RejectCode } from '../engine/reject.js';
import type { SealedRecord } from './journal.js';
import type { SettlementQueries } from './settlement-queries.js';

/**
 * The read model: what was, kept in the same transaction as the journal, so that it never disagrees with
 * it. Times are milliseconds since 1970, amounts and prices units of their asset.
 */
export interface Queries {
  account(accountId: number): Promise<AccountRow | undefined>;
  accountByIdempotencyKey(key: string): Promise<AccountRow | undefined>;
  /** Oldest first. */
  accounts(query: PageQuery & { ownerId?: string; status?: AccountStatus }): Promise<Page<AccountRow>>;

  order(orderId: number): Promise<OrderRow | undefined>;
  orderByClientOrderId(accountId: number, clientOrderId: string): Promise<OrderRow | undefined>;
  /** Newest first. A page with a rare filter may be short and still have a next cursor; so may those of accounts and fills. */
  orders(query: PageQuery & { accountId?: number; symbol?: string; status?: OrderStatus }): Promise<Page<OrderRow>>;

  transfer(transferId: number): Promise<TransferRow | undefined>;
  /** Deposits are found by the account they go to, withdrawals and transfers by the account they come from. */
  transferByIdempotencyKey(accountId: number, key: string): Promise<TransferRow | undefined>;

  /** Of a customer's account, newest first. */
  ledger(query: PageQuery & { accountId: number; asset?: string }): Promise<Page<LedgerRow>>;
  /** An account's own fills, newest first. */
  fills(query: PageQuery & { accountId: number; symbol?: string }): Promise<Page<FillRow>>;
  /** A market's trades, newest first. */
  trades(query: PageQuery & { symbol: string }): Promise<Page<TradeRow>>;

  /**
   * Newest first; only minutes in which the reference price was given or a trade was made have a candle. The cursor
   * is the time that the oldest candle of the page opens at, the `to` of the next page.
   */
  candles(query: CandleQuery): Promise<Page<CandleRow>>;
  /** The market over the 24 hours before `time`. */
  day(symbol: string, time: number): Promise<DayRow | undefined>;

  /** Trades on their way to be settled. */
  readonly settlement: SettlementQueries;

  /**
   * Oldest first, after the cursor. Where a filter is rare, a page may hold fewer records than its limit
   * and still have a next cursor, so that no query runs for ever.
   */
  records(query: PageQuery & { accountId?: number; orderId?: number; eventType?: string }): Promise<Page<SealedRecord>>;

  /**
   * What happened from a sequence on, that one included, oldest first. Fewer records than `limit` (1 to 500)
   * means that there are no more yet.
   */
  recordedEvents(query: { fromSequence: number; limit: number }): Promise<readonly RecordedEvents[]>;
  /** The same of the records that touch one customer's account, with the numbers of its events. */
  accountRecords(query: AccountRecordsQuery): Promise<readonly AccountRecord[]>;
  /** How far the events of an account go, or went before the record with a sequence. */
  accountPosition(accountId: number, beforeSequence?: number): Promise<AccountPosition>;
  /** The sequence of the record that holds an account's event with a number; `undefined` if there is none yet. */
  sequenceOfAccountEvent(accountId: number, accountSequence: number): Promise<number | undefined>;
  /** An order as it was before one of its trades: filled by those before that alone, and open. Its fills are left out. */
  orderBefore(orderId: number, tradeId: number): Promise<OrderRow | undefined>;
}

/** A page of events that is no longer than this is read at once, as single rows are, and not in another thread. */
export const recordsAtOnceMax = 50;

/** What a record of the journal says has happened. */
export interface RecordedEvents {
  readonly sequence: number;
  readonly time: number;
  readonly events: readonly Event[];
  readonly balances: readonly BalanceAfter[];
}

export interface AccountRecordsQuery {
  readonly accountId: number;
  readonly fromSequence: number;
  /** 1 to 500. */
  readonly limit: number;
}

/** A record that touches an account. It may have no event of the account, and then the next one's first has the same number. */
export interface AccountRecord extends RecordedEvents {
  /** The number of the account's first event in this record, counted from 1 over all its records. */
  readonly firstAccountSequence: number;
}

/** The last record that touches an account, and the number of its last event; both 0 where there is none. */
export interface AccountPosition {
  readonly sequence: number;
  readonly accountSequence: number;
}

/** `cursor` is the key of the last row of the page before. */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: number;
}

export interface Page<Row> {
  readonly items: readonly Row[];
  /** The cursor of the next page; absent on the last. */
  readonly nextCursor?: number;
}

export interface AccountRow {
  readonly accountId: number;
  readonly name: string;
  readonly ownerId?: string;
  readonly accountType: AccountType;
  readonly status: AccountStatus;
  readonly createdAt: number;
}

export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';

export interface OrderRow extends OrderTerms {
  readonly status: OrderStatus;
  /** As asked for; of an order by `quoteQuantity`, what that buys at the prices of the book (0 if rejected). */
  readonly quantity: Amount;
  readonly filledQuantity: Amount;
  /** The value of all fills, in units of the quote asset. */
  readonly filledNotional: Amount;
  /** Oldest first, and the first thousand at most: the rest are among the fills of the account. */
  readonly fills: readonly FillRow[];
  readonly rejectCode?: RejectCode;
  readonly rejectReason?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface FillRow {
  readonly tradeId: number;
  readonly orderId: number;
  readonly accountId: number;
  readonly symbol: string;
  readonly side: Side;
  readonly price: Amount;
  readonly quantity: Amount;
  readonly fee: Amount;
  readonly liquidity: 'MAKER' | 'TAKER';
  readonly executedAt: number;
}

export interface TransferRow {
  readonly transferId: number;
  readonly kind: TransferKind;
  readonly fromAccountId: number;
  readonly toAccountId: number;
  readonly asset: string;
  readonly amount: Amount;
  readonly rejectCode?: RejectCode;
  readonly rejectReason?: string;
  readonly createdAt: number;
}

export type LedgerEntryType = TransferKind | 'TRADE' | 'FEE';

/** One side of a posting: `amount` is negative where it left the account. `balance` is the account's total of the asset after it. */
export interface LedgerRow {
  readonly entryId: number;
  readonly accountId: number;
  readonly sequence: number;
  readonly asset: string;
  readonly amount: Amount;
  readonly balance: Amount;
  readonly entryType: LedgerEntryType;
  readonly counterpartyAccountId: number;
  readonly transferId?: number;
  readonly orderId?: number;
  readonly tradeId?: number;
  readonly createdAt: number;
}

export interface TradeRow {
  readonly tradeId: number;
  readonly symbol: string;
  readonly price: Amount;
  readonly quantity: Amount;
  readonly notional: Amount;
  readonly takerSide: Side;
  readonly executedAt: number;
}

export type CandleInterval = '1m' | '5m' | '1h' | '1d';

export interface CandleQuery {
  readonly symbol: string;
  readonly interval: CandleInterval;
  readonly limit: number;
  /** Only candles that open at or after `from`, and before `to`. */
  readonly from?: number;
  readonly to?: number;
}

/** Open, high, low and close follow the market price: the reference price and every trade. Volume counts trades alone. */
export interface CandleRow {
  readonly openTime: number;
  readonly open: Amount;
  readonly high: Amount;
  readonly low: Amount;
  readonly close: Amount;
  readonly volume: Amount;
  readonly quoteVolume: Amount;
  readonly tradeCount: number;
}

export type DayRow = Omit<CandleRow, 'openTime'>;
