import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Finding, HealthIndicator } from '../health-indicator.js';

const resolutionMs = 20;
/** Beyond this, one request in a hundred waits longer for its turn than anybody expects of an exchange. */
const delayMsMax = 250;

/** So many looks at least: a percentile of fewer is a single pause, such as that of the start. */
const looksMin = 200;

/** How late the event loop was, since some seconds before the check. */
export class EventLoopHealth implements HealthIndicator {
  readonly name = 'eventLoop';
  readonly required = false;
  private readonly delays = monitorEventLoopDelay({ resolution: resolutionMs });

  constructor() {
    this.delays.enable();
  }

  check(): Finding {
    const { delays } = this;
    const delayP99Ms = lateness(delays.percentile(99));
    const detail = { delayP50Ms: lateness(delays.percentile(50)), delayP99Ms, delayMaxMs: lateness(delays.max) };
    if (delays.count < looksMin) return { state: 'up', detail };
    delays.reset();
    if (delayP99Ms <= delayMsMax) return { state: 'up', detail };
    return { state: 'degraded', detail: { message: `one turn in a hundred took over ${delayMsMax} ms`, ...detail } };
  }

  stop(): void {
    this.delays.disable();
  }
}

/** The histogram holds the time between two looks in nanoseconds; what is beyond the resolution is the delay. */
function lateness(nanoseconds: number): number {
  return Math.max(0, Math.round(nanoseconds / 1e5 - resolutionMs * 10) / 10);
}
