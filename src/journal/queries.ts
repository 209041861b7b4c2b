import type { AccountStatus, AccountType, Side } from '../engine/command.js';
import type { OrderTerms, TransferKind } from '../engine/event.js';
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

  /** Newest first; only minutes in which the reference price was given or a trade was made have a candle. */
  candles(query: CandleQuery): Promise<CandleRow[]>;
  /** The market over the 24 hours before `time`. */
  day(symbol: string, time: number): Promise<DayRow | undefined>;

  /** Trades on their way to be settled. */
  readonly settlement: SettlementQueries;

  /**
   * Oldest first, after the cursor. Where a filter is rare, a page may hold fewer records than its limit
   * and still have a next cursor, so that no query runs for ever.
   */
  records(query: PageQuery & { accountId?: number; orderId?: number; eventType?: string }): Promise<Page<SealedRecord>>;
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
