import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HealthImplementation } from 'grpc-health-check';
import { Readiness } from './readiness.js';

type HealthServer = Parameters<HealthImplementation['addToServer']>[0];

/** What is used of a call of `Watch`. */
interface WatchCall {
  readonly request: { readonly service: string };
  write(answer: { readonly status: string }): unknown;
}

type WatchHandler = (call: WatchCall) => void;

/** The service `grpc.health.v1.Health`: the server as a whole (`""`) and each of its services are as ready as the exchange. */
@Injectable()
export class GrpcHealth implements OnApplicationBootstrap {
  readonly implementation = { addToServer: (server: HealthServer) => this.addToServer(server) };
  private readonly health = new HealthImplementation();
  private readonly services = new Set(['']);
  private status: 'SERVING' | 'NOT_SERVING' = 'NOT_SERVING';

  constructor(private readonly readiness: Readiness) {}

  /** Answers for a further service, by its full name. */
  cover(service: string): void {
    this.services.add(service);
    this.health.setStatus(service, this.status);
  }

  onApplicationBootstrap(): void {
    this.readiness.follow((obstacle) => this.tell(obstacle === undefined ? 'SERVING' : 'NOT_SERVING'));
  }

  /** Whoever watches a service gets each change as it comes, and nothing twice. */
  private tell(status: 'SERVING' | 'NOT_SERVING'): void {
    if (status === this.status) return;
    this.status = status;
    for (const service of this.services) this.health.setStatus(service, status);
  }

  private addToServer(server: HealthServer): void {
    this.health.addToServer({
      addService: (service, handlers) => {
        const watch = this.watchOf(handlers.watch as WatchHandler);
        server.addService(service, { ...handlers, watch });
      },
    });
  }

  /**
   * The library remembers each name that was ever watched, for as long as it lives: names that strangers make up
   * are not brought before it. All services are known before the first call, so their answer never changes.
   */
  private watchOf(watch: WatchHandler): WatchHandler {
    return (call) => {
      if (this.services.has(call.request.service)) watch(call);
      else call.write({ status: 'SERVICE_UNKNOWN' });
    };
  }
}
