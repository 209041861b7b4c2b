import { marketIn } from '../../edge/directory.js';
import { assertInvariant } from '../../engine/assert.js';
import type { OrderPlaced, OrderRejected, TradeExecuted } from '../../engine/event.js';
import type { OrderRow } from '../../journal/queries.js';
import { type FillView, fillView } from '../../orders/order-view.js';
import type { Venue } from '../../venue/venue.js';
import type { OrderStateView } from './account-event-view.js';
import { RunningOrder } from './running-order.js';

/** Orders that are remembered between two records; whatever was forgotten is looked up again. */
const ordersMax = 20_000;

/** The open orders of those who are told, each as it was after the last event that was told of it. */
export class RunningOrders {
  private readonly orders = new Map<number, RunningOrder>();

  constructor(private readonly venue: Venue) {}

  has(orderId: number): boolean {
    return this.orders.has(orderId);
  }

  /** Finds out how an order stood before one of its trades; without one, after the last. */
  async load(orderId: number, beforeTradeId = Number.MAX_SAFE_INTEGER): Promise<void> {
    const order = await this.venue.queries.orderBefore(orderId, beforeTradeId);
    assertInvariant(order !== undefined, `order ${orderId} is in the read model`);
    this.orders.set(orderId, new RunningOrder(order, this.instrumentOf(order)));
  }

  accept(event: OrderPlaced, time: number): OrderStateView {
    const order = RunningOrder.placed(event, time, this.instrumentOf(event));
    this.orders.set(event.orderId, order);
    return order.viewAt(time);
  }

  reject(event: OrderRejected, time: number): OrderStateView {
    return RunningOrder.rejected(event, time, this.instrumentOf(event));
  }

  end(orderId: number, status: 'CANCELED' | 'EXPIRED', time: number): OrderStateView {
    const order = this.find(orderId);
    order.end(status);
    this.orders.delete(orderId);
    return order.viewAt(time);
  }

  /** The trade as one of its two accounts sees it. */
  fill(
    event: TradeExecuted,
    isTaker: boolean,
    time: number,
  ): { readonly order: OrderStateView; readonly fill: FillView } {
    const orderId = isTaker ? event.takerOrderId : event.makerOrderId;
    const instrument = this.instrumentOf(event);
    const quantity = instrument.quantity(event.quantityLots);
    const order = this.find(orderId);
    order.fill(quantity, event.notional);
    if (!order.isOpen) this.orders.delete(orderId);
    const { accountId, side } = order;
    const row = { tradeId: event.tradeId, orderId, accountId, symbol: event.symbol, side, quantity, executedAt: time };
    const price = instrument.price(event.priceTicks);
    const fee = isTaker ? event.takerFee : event.makerFee;
    const liquidity = isTaker ? 'TAKER' : 'MAKER';
    return { order: order.viewAt(time), fill: fillView({ ...row, price, fee, liquidity }, instrument) };
  }

  /** Those that are known longest go first. It is called between records, so that nothing that was looked up is missing. */
  trim(): void {
    for (const orderId of this.orders.keys()) {
      if (this.orders.size <= ordersMax) return;
      this.orders.delete(orderId);
    }
  }

  forget(accountId: number): void {
    for (const [orderId, order] of this.orders) if (order.accountId === accountId) this.orders.delete(orderId);
  }

  forgetAll(): void {
    this.orders.clear();
  }

  private find(orderId: number): RunningOrder {
    const order = this.orders.get(orderId);
    assertInvariant(order !== undefined, `order ${orderId} was looked up before it is told of`);
    return order;
  }

  private instrumentOf({ symbol }: Pick<OrderRow, 'symbol'>) {
    return marketIn(this.venue.exchange, symbol).instrument;
  }
}
