import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HealthImplementation } from 'grpc-health-check';
import { Readiness } from './readiness.js';

/** How far the health that gRPC tells may be behind the readiness that it follows. */
const refreshMs = 250;

/** The service `grpc.health.v1.Health`: the server as a whole (`""`) and each of its services are as ready as the venue. */
@Injectable()
export class GrpcHealth implements OnApplicationBootstrap, OnModuleDestroy {
  readonly implementation = new HealthImplementation();
  private readonly services = new Set(['']);
  private timer?: NodeJS.Timeout;
  private told?: 'SERVING' | 'NOT_SERVING';

  constructor(private readonly readiness: Readiness) {}

  /** Answers for a further service, by its full name. */
  cover(service: string): void {
    this.services.add(service);
    this.told = undefined;
  }

  onApplicationBootstrap(): void {
    this.refresh();
    this.timer = setInterval(() => this.refresh(), refreshMs).unref();
  }

  /** Nest calls this first when it stops; what watches is told before the port closes. */
  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.tell('NOT_SERVING');
  }

  private refresh(): void {
    this.tell(this.readiness.obstacle() === undefined ? 'SERVING' : 'NOT_SERVING');
  }

  private tell(status: 'SERVING' | 'NOT_SERVING'): void {
    if (status === this.told) return;
    this.told = status;
    for (const service of this.services) this.implementation.setStatus(service, status);
  }
}
