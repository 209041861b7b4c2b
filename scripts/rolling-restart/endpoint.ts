import { RestClient } from '../crash/rest-client.js';
import { GrpcOrders } from './grpc-orders.js';

const probeMs = 25;
const pollMs = 5;

/** Where the exchange is just now, and whether it says that it is ready: what a balancer knows of it. */
export class Endpoint {
  ready = false;
  rest = new RestClient('http://127.0.0.1:0');
  grpc = new GrpcOrders('127.0.0.1:0');
  private probing: Promise<void> = Promise.resolve();
  private closed = false;

  /** The next run of the exchange has other ports. Nothing is sent there before it has said itself that it is ready. */
  async moveTo(http: string, grpc: string): Promise<void> {
    await this.close();
    this.closed = false;
    this.rest = new RestClient(http);
    this.grpc = new GrpcOrders(grpc);
    this.probing = this.probe(new RestClient(http));
    while (!this.ready) await pause(pollMs);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.ready = false;
    await this.probing;
    this.rest.close();
    this.grpc.close();
  }

  /** Over a connection of its own, as a balancer does. */
  private async probe(prober: RestClient): Promise<void> {
    while (!this.closed) {
      const answer = await prober.send({ method: 'GET', path: '/health/ready' });
      this.ready = answer?.status === 200 && !this.closed;
      await pause(probeMs);
    }
    prober.close();
  }
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, durationMs));
}
