import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** A market order, as it goes over the wire. */
export interface PlaceOrderRequest {
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: 'SIDE_BUY' | 'SIDE_SELL';
  readonly type: 'ORDER_TYPE_MARKET';
  readonly quantity: string;
}

export interface PlaceOrderResponse {
  readonly order: object;
}

/** The contract as any client reads it from the proto files. */
const definition = loadSync('exchange/v1/order_service.proto', {
  ...{ includeDirs: ['proto'], longs: Number, enums: String, oneofs: false },
});
const { PlaceOrder } = definition['exchange.v1.OrderService'] as ServiceDefinition;

export const placeOrder = PlaceOrder as MethodDefinition<PlaceOrderRequest, PlaceOrderResponse>;
export const orderService: ServiceDefinition = { PlaceOrder: placeOrder } as ServiceDefinition;
