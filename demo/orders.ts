import { resolve } from 'node:path';
import {
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

export type Side = 'BUY' | 'SELL';

/** The part of `exchange.v1.PlaceOrderRequest` that is used here. Amounts are decimals. */
export interface PlaceOrderRequest {
  readonly accountId: string;
  /** Makes it safe to send the order again: the exchange answers with the first one. */
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: `SIDE_${Side}`;
  readonly type: 'ORDER_TYPE_MARKET';
  readonly quantity: string;
}

export interface Fill {
  readonly price: string;
  readonly quantity: string;
  readonly fee: string;
}

export interface Order {
  readonly orderId: string;
  readonly side: `SIDE_${Side}`;
  readonly status: string;
  readonly fills: readonly Fill[];
}

const deadlineMs = 5_000;
const attemptsMax = 3;
/** After these nobody can tell whether the order was taken, or it was not: the same order is sent again. */
const retried: readonly number[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED];

type Callback = (error: ServiceError | null, answer: { order: Order }) => void;

interface OrderService {
  placeOrder(request: PlaceOrderRequest, options: { deadline: number }, callback: Callback): void;
  close(): void;
}

/** The gRPC side of the exchange, as far as the demo needs it. */
export class Orders {
  private readonly service: OrderService;

  constructor(address: string) {
    const proto = resolve('proto');
    const definition = loadSync('exchange/v1/order_service.proto', {
      includeDirs: [proto],
      enums: String,
      arrays: true,
    });
    // grpc-js gives untyped clients for definitions that are loaded at run time.
    const { exchange } = loadPackageDefinition(definition) as unknown as {
      exchange: { v1: { OrderService: ServiceClientConstructor } };
    };
    const client = new exchange.v1.OrderService(address, credentials.createInsecure());
    this.service = client as unknown as OrderService;
  }

  /** Resolves when the exchange has the order for good, with all that it led to. */
  async place(request: PlaceOrderRequest): Promise<Order> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.placeOnce(request);
      } catch (error) {
        if (attempt === attemptsMax || !retried.includes((error as ServiceError).code)) throw error;
      }
    }
  }

  close(): void {
    this.service.close();
  }

  private placeOnce(request: PlaceOrderRequest): Promise<Order> {
    return new Promise((placed, failed) => {
      this.service.placeOrder(request, { deadline: Date.now() + deadlineMs }, (error, answer) => {
        if (error === null) placed(answer.order);
        else failed(error);
      });
    });
  }
}
