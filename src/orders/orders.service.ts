import { Injectable } from '@nestjs/common';
import { accountIn, marketIn } from '../edge/directory.js';
import { type PageAnswer, pageAnswer, pageQuery } from '../edge/page.js';
import { Problem } from '../edge/problem.js';
import { currentRequest } from '../edge/request-context.js';
import { formatId, parseId } from '../engine/ids.js';
import type { Origin } from '../journal/journal.js';
import type { OrderRow } from '../journal/queries.js';
import { Venue } from '../venue/venue.js';
import type { CancelOrdersRequest, ListOrdersRequest, PlaceOrderRequest } from './order-requests.js';
import { type OrderView, orderView } from './order-view.js';
import { placeOrderCommand } from './place-order.js';
import { placedOrder } from './placed-order.js';

/** What can be done with orders, for REST and gRPC alike: requests in, views or a `Problem` out. */
@Injectable()
export class OrdersService {
  constructor(private readonly venue: Venue) {}

  /** Resolves to the order once it is durable; a rejected one is kept, and thrown as a `Problem` with its id. */
  async place(request: PlaceOrderRequest, origin: Origin): Promise<OrderView> {
    const { exchange } = this.venue;
    const { accountId } = accountIn(exchange, parseId('acc', request.accountId)!);
    const { instrument } = marketIn(exchange, request.symbol);
    const command = placeOrderCommand(request, accountId, instrument, origin.faults && currentRequest()?.orderFault);
    const receipt = await this.venue.submit(command, origin);
    if (receipt.conflict) throw this.duplicate(command.clientOrderId!, receipt.sequence);
    if (receipt.events.length === 0 && receipt.reject !== undefined) throw Problem.rejected(receipt.reject);
    const order =
      receipt.events.length > 0
        ? placedOrder(receipt.events, receipt.time, instrument)
        : await this.find(receipt.sequence);
    if (order.status === 'REJECTED') throw rejection(order);
    return orderView(order, instrument);
  }

  async cancel(orderId: number, origin: Origin): Promise<OrderView> {
    const { reject } = await this.venue.submit({ type: 'CancelOrder', orderId }, origin);
    const order = await this.find(orderId);
    if (reject !== undefined) {
      const detail = `Order ${formatId('ord', orderId)} is ${order.status}; only an open order can be canceled.`;
      throw new Problem('ORDER_NOT_OPEN', detail, { orderId: formatId('ord', orderId) });
    }
    return this.view(order);
  }

  /** Cancels all at once; the answer has every order that was canceled, oldest first. */
  async cancelAll({ accountId, symbol }: CancelOrdersRequest, origin: Origin): Promise<OrderView[]> {
    const command = { type: 'CancelOrders', accountId: parseId('acc', accountId)!, symbol } as const;
    const { events, reject } = await this.venue.submit(command, origin);
    if (reject !== undefined) throw Problem.rejected(reject);
    const canceled = events.filter((event) => event.type === 'OrderCanceled');
    return Promise.all(canceled.map(async ({ orderId }) => this.view(await this.find(orderId))));
  }

  async get(orderId: number): Promise<OrderView> {
    await this.venue.durable();
    return this.view(await this.find(orderId));
  }

  async getByClientOrderId(account: string, clientOrderId: string): Promise<OrderView> {
    const { accountId } = accountIn(this.venue.exchange, parseId('acc', account)!);
    await this.venue.durable();
    const order = await this.venue.queries.orderByClientOrderId(accountId, clientOrderId);
    if (order === undefined) {
      throw new Problem('ORDER_NOT_FOUND', `Account ${account} has no order with clientOrderId ${clientOrderId}.`);
    }
    return this.view(order);
  }

  /** `onlyAccountId` is the one account that the caller may see, where it may not see all. */
  async list(request: ListOrdersRequest, onlyAccountId?: number): Promise<PageAnswer<OrderView>> {
    const { exchange } = this.venue;
    const { symbol, status } = request;
    const accountId = request.accountId === undefined ? onlyAccountId : parseId('acc', request.accountId)!;
    if (accountId !== undefined) accountIn(exchange, accountId);
    if (symbol !== undefined) marketIn(exchange, symbol);
    const query = { ...pageQuery('orders', request), accountId, symbol, status };
    await this.venue.durable();
    return pageAnswer('orders', await this.venue.queries.orders(query), (order) => this.view(order));
  }

  private async find(orderId: number): Promise<OrderRow> {
    const order = await this.venue.queries.order(orderId);
    if (order === undefined) throw new Problem('ORDER_NOT_FOUND', `There is no order ${formatId('ord', orderId)}.`);
    return order;
  }

  private view(order: OrderRow): OrderView {
    return orderView(order, marketIn(this.venue.exchange, order.symbol).instrument);
  }

  private duplicate(clientOrderId: string, orderId: number): Problem {
    const id = formatId('ord', orderId);
    const detail = `clientOrderId ${clientOrderId} belongs to order ${id}, which has other terms; choose a new one.`;
    return new Problem('DUPLICATE_CLIENT_ORDER_ID', detail, { orderId: id });
  }
}

function rejection({ orderId, rejectCode, rejectReason }: OrderRow): Problem {
  return new Problem(rejectCode!, rejectReason!, { orderId: formatId('ord', orderId) });
}
