import { timeText } from '../../edge/time-text.js';
import type { Side } from '../../engine/command.js';
import type { OrderPlaced, OrderRejected } from '../../engine/event.js';
import type { Instrument } from '../../engine/instrument.js';
import { type Amount, formatDecimal } from '../../engine/money.js';
import type { OrderRow, OrderStatus } from '../../journal/queries.js';
import { averagePrice, orderView } from '../../orders/order-view.js';
import type { OrderStateView } from './account-event-view.js';

const unfilled = { filledQuantity: 0n, filledNotional: 0n, fills: [] } as const;

/** An order on its way through its events: each of them changes it, and tells what it is then. */
export class RunningOrder {
  /** The order as it was at first: what never changes is written in words once. */
  private readonly shown: OrderStateView;
  private status: OrderStatus;
  private filledQuantity: Amount;
  private filledNotional: Amount;

  constructor(
    private readonly order: OrderRow,
    private readonly instrument: Instrument,
  ) {
    this.shown = withoutFills(order, instrument);
    this.status = order.status;
    this.filledQuantity = order.filledQuantity;
    this.filledNotional = order.filledNotional;
  }

  static placed(event: OrderPlaced, time: number, instrument: Instrument): RunningOrder {
    const quantity = instrument.quantity(event.quantityLots);
    const order = { ...event, ...unfilled, quantity, status: 'NEW', createdAt: time, updatedAt: time } as const;
    return new RunningOrder(order, instrument);
  }

  /** A refused order has nothing before it and nothing after it. */
  static rejected(event: OrderRejected, time: number, instrument: Instrument): OrderStateView {
    const quantity = event.quantity ?? 0n;
    const order = { ...event, ...unfilled, quantity, status: 'REJECTED', createdAt: time, updatedAt: time } as const;
    return withoutFills(order, instrument);
  }

  get accountId(): number {
    return this.order.accountId;
  }

  get side(): Side {
    return this.order.side;
  }

  get isOpen(): boolean {
    return this.status === 'NEW' || this.status === 'PARTIALLY_FILLED';
  }

  fill(quantity: Amount, notional: Amount): void {
    this.filledQuantity += quantity;
    this.filledNotional += notional;
    this.status = this.filledQuantity >= this.order.quantity ? 'FILLED' : 'PARTIALLY_FILLED';
  }

  end(status: 'CANCELED' | 'EXPIRED'): void {
    this.status = status;
  }

  viewAt(time: number): OrderStateView {
    const { instrument, filledQuantity } = this;
    return {
      ...this.shown,
      status: this.status,
      filledQuantity: formatDecimal(filledQuantity, instrument.baseScale),
      remainingQuantity: formatDecimal(this.order.quantity - filledQuantity, instrument.baseScale),
      averagePrice: averagePrice(filledQuantity, this.filledNotional, instrument),
      updatedAt: timeText(time),
    };
  }
}

function withoutFills(order: OrderRow, instrument: Instrument): OrderStateView {
  const { fills: _none, ...state } = orderView(order, instrument);
  return state;
}
