import type { Finding, HealthIndicator } from '../health-indicator.js';
import type { Readiness } from '../readiness.js';

/** Whether commands are taken, and if not, why: what readiness says. */
export class CommandsHealth implements HealthIndicator {
  readonly name = 'commands';
  readonly required = true;

  constructor(private readonly readiness: Readiness) {}

  check(): Finding {
    const obstacle = this.readiness.obstacle();
    return obstacle === undefined ? { state: 'up' } : { state: 'down', detail: { message: obstacle } };
  }
}
