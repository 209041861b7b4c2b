import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../edge/access.js';
import { OnlyAccount } from '../edge/caller.js';
import type { PageAnswer } from '../edge/page.js';
import { Payload } from '../edge/parameters.js';
import { Problem } from '../edge/problem.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { parseId } from '../engine/ids.js';
import type { Origin } from '../journal/journal.js';
import {
  CancelOrdersRequest,
  GetOrderMessage,
  ListOrdersRequest,
  OrderMessage,
  PlaceOrderRequest,
} from './order-requests.js';
import type { OrderView } from './order-view.js';
import { OrdersService } from './orders.service.js';

const service = 'OrderService';

/** The same as REST. */
@Controller()
export class OrdersGrpcController {
  constructor(private readonly orders: OrdersService) {}

  @GrpcMethod(service, 'PlaceOrder')
  @Access('trade')
  async placeOrder(
    @Payload() request: PlaceOrderRequest,
    @RequestOrigin() origin: Origin,
  ): Promise<{ order: OrderView }> {
    return { order: await this.orders.place(request, origin) };
  }

  @GrpcMethod(service, 'CancelOrder')
  @Access('trade')
  async cancelOrder(
    @Payload() { orderId }: OrderMessage,
    @RequestOrigin() origin: Origin,
  ): Promise<{ order: OrderView }> {
    return { order: await this.orders.cancel(parseId('ord', orderId)!, origin) };
  }

  @GrpcMethod(service, 'CancelOrders')
  @Access('trade')
  async cancelOrders(
    @Payload() request: CancelOrdersRequest,
    @RequestOrigin() origin: Origin,
  ): Promise<{ items: OrderView[] }> {
    return { items: await this.orders.cancelAll(request, origin) };
  }

  @GrpcMethod(service, 'GetOrder')
  @Access('read')
  async getOrder(@Payload() request: GetOrderMessage): Promise<{ order: OrderView }> {
    return { order: await this.find(request) };
  }

  @GrpcMethod(service, 'ListOrders')
  @Access('read')
  listOrders(
    @Payload() request: ListOrdersRequest,
    @OnlyAccount() onlyAccountId?: number,
  ): Promise<PageAnswer<OrderView>> {
    return this.orders.list(request, onlyAccountId);
  }

  private find({ orderId, accountId, clientOrderId }: GetOrderMessage): Promise<OrderView> {
    if (orderId === undefined) {
      if (accountId === undefined || clientOrderId === undefined) throw incompleteName();
      return this.orders.getByClientOrderId(accountId, clientOrderId);
    }
    if (accountId !== undefined || clientOrderId !== undefined) throw incompleteName();
    return this.orders.get(parseId('ord', orderId)!);
  }
}

function incompleteName(): Problem {
  const message = 'is given alone, or else accountId and clientOrderId together';
  return Problem.invalid([{ field: 'orderId', message }]);
}
