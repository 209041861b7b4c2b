import type { Stamp } from '../../engine/command.js';
import type { OrderPlaced, OrderRejected, TradeExecuted } from '../../engine/event.js';
import type { MarketDefinition } from '../../engine/instrument.js';
import type { Amount } from '../../engine/money.js';
import type { OrderStatus } from '../queries.js';
import type { Database } from './database.js';

/** What a batch did to one order: `opened` if it was placed or refused in this batch, else it has a row already. */
interface OrderDraft {
  readonly opened?: { readonly terms: OrderPlaced | OrderRejected; readonly quantity: Amount; readonly time: number };
  ended?: OrderStatus;
  filledQuantity: Amount;
  filledNotional: Amount;
  updatedAt: number;
  lastSequence: number;
}

const insertOrder = `INSERT INTO orders (order_id, account_id, client_order_id, symbol, side, order_type, time_in_force,
  quantity, quote_quantity, price, post_only, self_trade_prevention, status, filled_quantity, filled_notional,
  reject_code, reject_reason, created_at, updated_at, last_sequence)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const updateOrder = `UPDATE orders SET
  filled_quantity = filled_quantity + ?1,
  filled_notional = filled_notional + ?2,
  status = coalesce(?3, CASE WHEN filled_quantity + ?1 >= quantity THEN 'FILLED'
    WHEN filled_quantity + ?1 > 0 THEN 'PARTIALLY_FILLED' ELSE 'NEW' END),
  updated_at = ?4,
  last_sequence = ?5
  WHERE order_id = ?6`;

/** In the order of the table, which each of its pages is then written in once. */
const insertKeys = `INSERT INTO client_order_ids (account_id, client_order_id, order_id)
  SELECT account_id, client_order_id, order_id FROM orders
  WHERE order_id > ? AND order_id <= ? AND client_order_id IS NOT NULL ORDER BY account_id, client_order_id`;
const selectKeyed = 'SELECT keyed_sequence FROM journal_head';
const insertOrderTrade = 'INSERT INTO order_trades (order_id, trade_id) VALUES (?, ?)';

/** When so many records have come since keys were brought into their table, those of their orders are brought there, too. */
export const unkeyedRecordsMax = 1_024;
/** A batch of no more than so many records brings its keys there at once. */
const smallBatchRecordsMax = 8;

/**
 * The orders' rows, and which trades filled them later. What a batch does to an order is gathered in memory first: an order
 * that is placed, filled and closed within it costs one INSERT and no UPDATE.
 */
export class OrderProjection {
  private readonly drafts = new Map<number, OrderDraft>();

  /** The last record whose order, if it placed one, has its key in the table. */
  keyedSequence: number;

  constructor(private readonly database: Database) {
    this.keyedSequence = this.storedKeyedSequence();
  }

  placed(record: Stamp, event: OrderPlaced, market: MarketDefinition): void {
    this.open(record, event, BigInt(event.quantityLots) * market.lotSize);
  }

  rejected(record: Stamp, event: OrderRejected): void {
    this.open(record, event, event.quantity ?? 0n).ended = 'REJECTED';
  }

  /** It may come to rest and nothing else: the record is the order's all the same. */
  released(record: Stamp, orderId: number): void {
    this.draft(record, orderId);
  }

  ended(record: Stamp, orderId: number, status: 'CANCELED' | 'EXPIRED'): void {
    this.draft(record, orderId).ended = status;
  }

  traded(record: Stamp, event: TradeExecuted, quantity: Amount): void {
    this.fill(record, event, quantity, event.takerOrderId);
    this.fill(record, event, quantity, event.makerOrderId);
  }

  /** `sequence` is that of the last of some records. */
  flush(sequence: number, recordCount: number): void {
    for (const [orderId, draft] of this.drafts) {
      if (draft.opened === undefined) this.update(orderId, draft);
      else this.insert(draft, draft.opened);
    }
    this.drafts.clear();
    if (recordCount > smallBatchRecordsMax && sequence - this.keyedSequence < unkeyedRecordsMax) return;
    this.database.statement(insertKeys).run(this.keyedSequence, sequence);
    this.keyedSequence = sequence;
  }

  forget(): void {
    this.drafts.clear();
    this.keyedSequence = this.storedKeyedSequence();
  }

  private storedKeyedSequence(): number {
    return Number(this.database.statement(selectKeyed).get()?.keyed_sequence);
  }

  private open(record: Stamp, terms: OrderPlaced | OrderRejected, quantity: Amount): OrderDraft {
    const draft: OrderDraft = {
      opened: { terms, quantity, time: record.time },
      filledQuantity: 0n,
      filledNotional: 0n,
      updatedAt: record.time,
      lastSequence: record.sequence,
    };
    this.drafts.set(terms.orderId, draft);
    return draft;
  }

  private draft(record: Stamp, orderId: number): OrderDraft {
    let draft = this.drafts.get(orderId);
    if (draft === undefined) {
      draft = { filledQuantity: 0n, filledNotional: 0n, updatedAt: 0, lastSequence: 0 };
      this.drafts.set(orderId, draft);
    }
    draft.updatedAt = record.time;
    draft.lastSequence = record.sequence;
    return draft;
  }

  /**
   * The liquidity provider's quotes (order id 0) are not orders and have no fills. What fills an order in the record
   * that it is placed in, which has its id, is among the trades of that record.
   */
  private fill(record: Stamp, { tradeId, notional }: TradeExecuted, quantity: Amount, orderId: number): void {
    if (orderId === 0) return;
    const draft = this.draft(record, orderId);
    draft.filledQuantity += quantity;
    draft.filledNotional += notional;
    if (orderId !== record.sequence) this.database.statement(insertOrderTrade).run(orderId, tradeId);
  }

  private insert(draft: OrderDraft, opened: NonNullable<OrderDraft['opened']>): void {
    const { terms, quantity, time } = opened;
    const refused = terms.type === 'OrderRejected' ? terms : undefined;
    this.database
      .statement(insertOrder)
      .run(
        terms.orderId,
        terms.accountId,
        terms.clientOrderId ?? null,
        terms.symbol,
        terms.side,
        terms.orderType,
        terms.timeInForce,
        quantity,
        terms.quoteQuantity ?? null,
        terms.price ?? null,
        terms.postOnly ? 1 : 0,
        terms.selfTradePrevention,
        draft.ended ?? statusOf(draft.filledQuantity, quantity),
        draft.filledQuantity,
        draft.filledNotional,
        refused?.rejectCode ?? null,
        refused?.reason ?? null,
        time,
        draft.updatedAt,
        draft.lastSequence,
      );
  }

  private update(orderId: number, draft: OrderDraft): void {
    const { filledQuantity, filledNotional, ended, updatedAt, lastSequence } = draft;
    const { changes } = this.database
      .statement(updateOrder)
      .run(filledQuantity, filledNotional, ended ?? null, updatedAt, lastSequence, orderId);
    if (Number(changes) !== 1) throw new Error(`order ${orderId} was changed, but it has no row`);
  }
}

function statusOf(filled: Amount, quantity: Amount): OrderStatus {
  if (filled === 0n) return 'NEW';
  return filled >= quantity ? 'FILLED' : 'PARTIALLY_FILLED';
}
