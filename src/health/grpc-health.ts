import { type handleServerStreamingCall, type handleUnaryCall, type Server, status } from '@grpc/grpc-js';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { GrpcContract } from '../edge/grpc-contract.js';
import { Readiness } from './readiness.js';

interface HealthQuestion {
  readonly service: string;
}

type Watching = handleServerStreamingCall<HealthQuestion, { status: string }>;
type WatchCall = Parameters<Watching>[0];

/** The service `grpc.health.v1.Health`: the server as a whole (`""`) and each of its services are as ready as the exchange. */
@Injectable()
export class GrpcHealth implements OnApplicationBootstrap {
  /** Who watches each service. All services are known before the first call. */
  private readonly watchers = new Map<string, Set<WatchCall>>([['', new Set()]]);
  private status: 'SERVING' | 'NOT_SERVING' = 'NOT_SERVING';

  constructor(private readonly readiness: Readiness) {}

  /** Answers for a further service, by its full name. */
  cover(service: string): void {
    this.watchers.set(service, new Set());
  }

  addToServer(server: Server, contract: GrpcContract): void {
    const { 'grpc.health.v1.Health': service } = contract.services('grpc.health.v1', { enums: String, defaults: true });
    server.addService(service!, { Check: this.check, List: this.list, Watch: this.watch });
  }

  onApplicationBootstrap(): void {
    this.readiness.follow((obstacle) => this.tell(obstacle === undefined ? 'SERVING' : 'NOT_SERVING'));
  }

  /** Whoever watches a service gets each change as it comes, and nothing twice. */
  private tell(status: 'SERVING' | 'NOT_SERVING'): void {
    if (status === this.status) return;
    this.status = status;
    for (const calls of this.watchers.values()) for (const call of calls) call.write({ status });
  }

  private readonly check: handleUnaryCall<HealthQuestion, object> = ({ request: { service } }, answer) => {
    if (this.watchers.has(service)) answer(null, { status: this.status });
    else answer({ code: status.NOT_FOUND, details: `Health status unknown for service ${service}` });
  };

  private readonly list: handleUnaryCall<object, object> = (_call, answer) => {
    const statuses = [...this.watchers.keys()].map((service) => [service, { status: this.status }]);
    answer(null, { statuses: Object.fromEntries(statuses) });
  };

  private readonly watch: Watching = (call) => {
    const calls = this.watchers.get(call.request.service);
    // Names that strangers make up are not remembered: their answer never changes.
    if (calls === undefined) {
      call.write({ status: 'SERVICE_UNKNOWN' });
      return;
    }
    calls.add(call);
    call.on('cancelled', () => calls.delete(call));
    call.write({ status: this.status });
  };
}
