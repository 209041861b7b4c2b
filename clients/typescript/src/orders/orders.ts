import type { CallOptions } from '../client-options.js';
import { randomKey } from '../random-key.js';
import type { Listing, PageQuery } from '../rest/listing.js';
import type { RestTransport } from '../rest/rest-transport.js';
import type { CancelOrdersRequest, Order, OrderStatus, PlaceOrderRequest } from './order.js';

export interface ListOrdersQuery extends PageQuery {
  readonly accountId?: string;
  readonly symbol?: string;
  readonly status?: OrderStatus;
}

export class Orders {
  constructor(private readonly rest: RestTransport) {}

  /**
   * Places an order, and gives it back once it is durable. It always has a `clientOrderId`, so that it is safe to
   * send it again: where there is no answer, the same order is sent until there is one, and never becomes two.
   */
  place(request: PlaceOrderRequest, options?: CallOptions): Promise<Order> {
    const body = { ...request, clientOrderId: request.clientOrderId ?? randomKey() };
    return this.rest.send({ method: 'POST', path: ['orders'], body, repeatable: true }, options);
  }

  get(orderId: string, options?: CallOptions): Promise<Order> {
    return this.rest.get(['orders', orderId], undefined, options);
  }

  getByClientOrderId(accountId: string, clientOrderId: string, options?: CallOptions): Promise<Order> {
    return this.rest.get(['orders', 'by-client-order-id', clientOrderId], { accountId }, options);
  }

  /** Newest first. */
  list(query?: ListOrdersQuery, options?: CallOptions): Listing<Order> {
    return this.rest.list(['orders'], query, options);
  }

  /** It is sent once: a second time would be refused with ORDER_NOT_OPEN. Without an answer, look at the order. */
  cancel(orderId: string, options?: CallOptions): Promise<Order> {
    return this.rest.send({ method: 'DELETE', path: ['orders', orderId], repeatable: false }, options);
  }

  /** Cancels all open orders of an account, or those in one market; gives them oldest first. It is sent once. */
  async cancelAll(request: CancelOrdersRequest, options?: CallOptions): Promise<readonly Order[]> {
    const sent = { method: 'DELETE', path: ['orders'], query: request, repeatable: false } as const;
    return (await this.rest.send<{ items: readonly Order[] }>(sent, options)).items;
  }
}
