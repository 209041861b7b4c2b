import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';

const definition = loadSync('exchange/v1/order_service.proto', { includeDirs: ['proto'], enums: String });
const service = definition['exchange.v1.OrderService'] as ServiceDefinition;
const { path, requestSerialize, responseDeserialize } = service.PlaceOrder as MethodDefinition<object, object>;

/** A gRPC client that shows what comes with an answer. */
export class TracedGrpc {
  private readonly client: Client;

  constructor(address: string) {
    this.client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  }

  /** The first metadata of the answer, and its status. */
  async placeOrder(order: object, metadata = new Metadata()): Promise<{ headers: Metadata; code: number }> {
    return new Promise((resolve) => {
      let headers = new Metadata();
      const options = { deadline: Date.now() + 10_000 };
      this.client
        .makeUnaryRequest(path, requestSerialize, responseDeserialize, order, metadata, options, () => undefined)
        .on('metadata', (received) => {
          headers = received;
        })
        .on('status', ({ code }) => resolve({ headers, code }));
    });
  }

  close(): void {
    this.client.close();
  }
}
