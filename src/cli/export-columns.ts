import { timeText } from '../edge/time-text.js';
import { formatId } from '../engine/ids.js';
import { Instrument, type VenueDefinition } from '../engine/instrument.js';
import { formatDecimal, unitsPerWhole } from '../engine/money.js';
import type { LedgerRow, OrderRow, TradeRow } from '../journal/queries.js';
import type { LocalJournalReader } from '../journal/sqlite/local-journal-reader.js';

/** A cell as it is written: decimals and ids are text; `null` where there is nothing. */
export type Cell = string | number | boolean | null;

/** One thing that can be exported: its columns, which keep their names and order for ever, and its rows. */
export interface Export {
  readonly columns: readonly string[];
  rows(): Iterable<Readonly<Record<string, Cell>>>;
}

export const exported = ['trades', 'orders', 'ledger'] as const;
export type Exported = (typeof exported)[number];

export const columns = {
  trades: ['tradeId', 'symbol', 'price', 'quantity', 'notional', 'takerSide', 'executedAt'],
  orders: [
    ...['orderId', 'accountId', 'clientOrderId', 'symbol', 'side', 'type', 'timeInForce', 'status'],
    ...['quantity', 'quoteQuantity', 'price', 'filledQuantity', 'remainingQuantity', 'averagePrice'],
    ...['postOnly', 'selfTradePrevention', 'rejectCode', 'rejectReason', 'createdAt', 'updatedAt'],
  ],
  ledger: [
    ...['entryId', 'sequence', 'accountId', 'asset', 'amount', 'balance', 'entryType'],
    ...['counterpartyAccountId', 'transferId', 'orderId', 'tradeId', 'createdAt'],
  ],
} as const satisfies Record<Exported, readonly string[]>;

export function exportOf(what: Exported, reader: LocalJournalReader): Export {
  const scales = new Scales(reader.venue());
  switch (what) {
    case 'trades':
      return { columns: columns.trades, rows: () => mapped(reader.trades(), (row) => tradeCells(row, scales)) };
    case 'orders':
      return { columns: columns.orders, rows: () => mapped(reader.orders(), (row) => orderCells(row, scales)) };
    case 'ledger':
      return { columns: columns.ledger, rows: () => mapped(reader.ledgerEntries(), (row) => ledgerCells(row, scales)) };
    default:
      return what satisfies never;
  }
}

/** What is needed to write units as decimals. */
class Scales {
  private readonly assets: ReadonlyMap<string, number>;
  private readonly instruments: ReadonlyMap<string, Instrument>;

  constructor(venue: VenueDefinition | undefined) {
    const assets = new Map(venue?.assets.map((asset) => [asset.asset, asset]));
    this.assets = new Map([...assets].map(([name, { scale }]) => [name, scale]));
    this.instruments = new Map(
      venue?.markets.map((market) => [
        market.symbol,
        new Instrument(market, assets.get(market.base)!, assets.get(market.quote)!),
      ]),
    );
  }

  ofAsset(asset: string): number {
    return this.assets.get(asset)!;
  }

  ofMarket(symbol: string): Instrument {
    return this.instruments.get(symbol)!;
  }
}

type Cells<What extends Exported> = Record<(typeof columns)[What][number], Cell>;

function tradeCells(trade: TradeRow, scales: Scales): Cells<'trades'> {
  const { baseScale, quoteScale } = scales.ofMarket(trade.symbol);
  return {
    tradeId: formatId('trd', trade.tradeId),
    symbol: trade.symbol,
    price: formatDecimal(trade.price, quoteScale),
    quantity: formatDecimal(trade.quantity, baseScale),
    notional: formatDecimal(trade.notional, quoteScale),
    takerSide: trade.takerSide,
    executedAt: timeText(trade.executedAt),
  };
}

function orderCells(order: Omit<OrderRow, 'fills'>, scales: Scales): Cells<'orders'> {
  const { baseScale, quoteScale } = scales.ofMarket(order.symbol);
  const { quantity, filledQuantity, filledNotional } = order;
  const optional = (amount: bigint | undefined) => (amount === undefined ? null : formatDecimal(amount, quoteScale));
  const average = filledQuantity === 0n ? undefined : (filledNotional * unitsPerWhole(baseScale)) / filledQuantity;
  return {
    orderId: formatId('ord', order.orderId),
    accountId: formatId('acc', order.accountId),
    clientOrderId: order.clientOrderId ?? null,
    symbol: order.symbol,
    side: order.side,
    type: order.orderType,
    timeInForce: order.timeInForce,
    status: order.status,
    quantity: formatDecimal(quantity, baseScale),
    quoteQuantity: optional(order.quoteQuantity),
    price: optional(order.price),
    filledQuantity: formatDecimal(filledQuantity, baseScale),
    remainingQuantity: formatDecimal(quantity - filledQuantity, baseScale),
    averagePrice: optional(average),
    postOnly: order.postOnly,
    selfTradePrevention: order.selfTradePrevention,
    rejectCode: order.rejectCode ?? null,
    rejectReason: order.rejectReason ?? null,
    createdAt: timeText(order.createdAt),
    updatedAt: timeText(order.updatedAt),
  };
}

function ledgerCells(entry: LedgerRow, scales: Scales): Cells<'ledger'> {
  const scale = scales.ofAsset(entry.asset);
  return {
    entryId: entry.entryId,
    sequence: entry.sequence,
    accountId: formatId('acc', entry.accountId),
    asset: entry.asset,
    amount: formatDecimal(entry.amount, scale),
    balance: formatDecimal(entry.balance, scale),
    entryType: entry.entryType,
    counterpartyAccountId: formatId('acc', entry.counterpartyAccountId),
    transferId: entry.transferId === undefined ? null : formatId('tfr', entry.transferId),
    orderId: entry.orderId === undefined ? null : formatId('ord', entry.orderId),
    tradeId: entry.tradeId === undefined ? null : formatId('trd', entry.tradeId),
    createdAt: timeText(entry.createdAt),
  };
}

function* mapped<Row, Mapped>(rows: Iterable<Row>, map: (row: Row) => Mapped): Iterable<Mapped> {
  for (const row of rows) yield map(row);
}
