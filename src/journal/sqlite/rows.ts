import type { Amount } from '../../engine/money.js';
import type { AccountRow, CandleRow, FillRow, OrderRow, TradeRow, TransferRow } from '../queries.js';
import type { SealedText } from '../record-codec.js';

/** A row as SQLite gives it: integers as bigints, columns in snake case. */
export type StoredRow = Record<string, unknown>;

const amount = (value: unknown): Amount => value as Amount;
const optionalAmount = (value: unknown): Amount | undefined => (value === null ? undefined : (value as Amount));

/** The columns were written from the closed unions of the engine, so their texts are members of them. */
// biome-ignore lint/suspicious/noExplicitAny: one cast here instead of one for each column.
const text = (value: unknown): any => value ?? undefined;

export function accountRow(row: StoredRow): AccountRow {
  return {
    accountId: Number(row.account_id),
    name: text(row.name),
    ownerId: text(row.owner_id),
    accountType: text(row.account_type),
    status: text(row.status),
    createdAt: Number(row.created_at),
  };
}

export function orderRow(row: StoredRow, fills: readonly FillRow[]): OrderRow {
  return {
    orderId: Number(row.order_id),
    accountId: Number(row.account_id),
    clientOrderId: text(row.client_order_id),
    symbol: text(row.symbol),
    side: text(row.side),
    orderType: text(row.order_type),
    timeInForce: text(row.time_in_force),
    quantity: amount(row.quantity),
    quoteQuantity: optionalAmount(row.quote_quantity),
    price: optionalAmount(row.price),
    postOnly: row.post_only === 1n,
    selfTradePrevention: text(row.self_trade_prevention),
    status: text(row.status),
    filledQuantity: amount(row.filled_quantity),
    filledNotional: amount(row.filled_notional),
    fills,
    rejectCode: text(row.reject_code),
    rejectReason: text(row.reject_reason),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}

/** The two ends of a trade. */
export type TradeSide = 'taker' | 'maker';

/** A trade as the fill of one of its orders. */
export function fillRow(row: StoredRow, side: TradeSide): FillRow {
  const makerSide = row.taker_side === 'BUY' ? 'SELL' : 'BUY';
  return {
    tradeId: Number(row.trade_id),
    orderId: Number(row[`${side}_order_id`]),
    accountId: Number(row[`${side}_account_id`]),
    symbol: text(row.symbol),
    side: side === 'taker' ? text(row.taker_side) : makerSide,
    price: amount(row.price),
    quantity: amount(row.quantity),
    fee: amount(row[`${side}_fee`]),
    liquidity: side === 'taker' ? 'TAKER' : 'MAKER',
    executedAt: Number(row.executed_at),
  };
}

export function transferRow(row: StoredRow): TransferRow {
  return {
    transferId: Number(row.transfer_id),
    kind: text(row.kind),
    fromAccountId: Number(row.from_account_id),
    toAccountId: Number(row.to_account_id),
    asset: text(row.asset),
    amount: amount(row.amount),
    rejectCode: text(row.reject_code),
    rejectReason: text(row.reject_reason),
    createdAt: Number(row.created_at),
  };
}

export function tradeRow(row: StoredRow): TradeRow {
  return {
    tradeId: Number(row.trade_id),
    symbol: text(row.symbol),
    price: amount(row.price),
    quantity: amount(row.quantity),
    notional: amount(row.notional),
    takerSide: text(row.taker_side),
    executedAt: Number(row.executed_at),
  };
}

export function candleRow(row: StoredRow): CandleRow {
  return {
    openTime: Number(row.open_time),
    open: amount(row.open),
    high: amount(row.high),
    low: amount(row.low),
    close: amount(row.close),
    volume: amount(row.volume),
    quoteVolume: amount(row.quote_volume),
    tradeCount: Number(row.trade_count),
  };
}

export function sealedText(row: StoredRow): SealedText {
  return {
    sequence: Number(row.sequence),
    time: Number(row.time),
    type: text(row.type),
    origin: text(row.origin),
    command: text(row.command),
    reject: text(row.reject),
    events: text(row.events),
    balances: text(row.balances),
    previousHash: text(row.previous_hash),
    hash: text(row.hash),
  };
}
