import { Injectable } from '@nestjs/common';
import type { HealthIndicator } from './health-indicator.js';

/** An answer with more parts than these would help nobody. */
const indicatorsMax = 200;

/** Everything that `GET /health` asks. Parts that come and go, such as peers, are a source that is asked each time. */
@Injectable()
export class HealthIndicators {
  private readonly sources: (() => Iterable<HealthIndicator>)[] = [];

  add(source: () => Iterable<HealthIndicator>): void {
    this.sources.push(source);
  }

  all(): HealthIndicator[] {
    return this.sources.flatMap((source) => [...source()]).slice(0, indicatorsMax);
  }
}
