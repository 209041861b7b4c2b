import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import type { Placement } from '../crash/operation.js';

const definition = loadSync('exchange/v1/order_service.proto', { includeDirs: ['proto'], longs: Number });
const { PlaceOrder } = definition['exchange.v1.OrderService'] as ServiceDefinition;
const { path, requestSerialize, responseDeserialize } = PlaceOrder as MethodDefinition<object, PlacedAnswer>;

const timeoutMs = 20_000;

interface PlacedAnswer {
  readonly order: { readonly orderId: string };
}

/** Places orders over gRPC with one run of the server. */
export class GrpcOrders {
  private readonly client: Client;

  constructor(address: string) {
    this.client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  }

  /** The id of the order, or why there is none. */
  place({ accountId, key: clientOrderId, terms }: Placement): Promise<string | ServiceError> {
    const { symbol, side, type, quantity } = terms;
    const words = { side: `SIDE_${side}`, type: `ORDER_TYPE_${type}` };
    const request = { accountId, clientOrderId, symbol, ...words, quantity };
    const deadline = Date.now() + timeoutMs;
    return new Promise((resolve) => {
      this.client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        { deadline },
        (error, answer) => resolve(error ?? answer!.order.orderId),
      );
    });
  }

  close(): void {
    this.client.close();
  }
}
