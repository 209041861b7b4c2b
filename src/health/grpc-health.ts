import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HealthImplementation } from 'grpc-health-check';
import { Readiness } from './readiness.js';

/** The service `grpc.health.v1.Health`: the server as a whole (`""`) and each of its services are as ready as the exchange. */
@Injectable()
export class GrpcHealth implements OnApplicationBootstrap {
  readonly implementation = new HealthImplementation();
  private readonly services = new Set(['']);
  private status: 'SERVING' | 'NOT_SERVING' = 'NOT_SERVING';

  constructor(private readonly readiness: Readiness) {}

  /** Answers for a further service, by its full name. */
  cover(service: string): void {
    this.services.add(service);
    this.implementation.setStatus(service, this.status);
  }

  onApplicationBootstrap(): void {
    this.readiness.follow((obstacle) => this.tell(obstacle === undefined ? 'SERVING' : 'NOT_SERVING'));
  }

  /** Whoever watches a service gets each change as it comes, and nothing twice. */
  private tell(status: 'SERVING' | 'NOT_SERVING'): void {
    if (status === this.status) return;
    this.status = status;
    for (const service of this.services) this.implementation.setStatus(service, status);
  }
}
