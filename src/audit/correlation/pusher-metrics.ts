import { Counter, Gauge } from 'prom-client';
import type { MetricsRegistry } from '../../edge/metrics-registry.js';
import type { EventPusher } from './event-pusher.js';

/** Registers how far the correlator is behind the journal; there are no samples before one was discovered. */
export function registerPusherMetrics(metrics: MetricsRegistry, pusher: EventPusher): void {
  new Gauge({
    name: 'exchange_correlator_lag_events',
    help: 'Committed events that the audit correlator has not acknowledged.',
    registers: [metrics],
    collect() {
      this.remove();
      const status = pusher.status();
      if (status !== undefined) this.set(status.lagEvents);
    },
  });
  new Counter({
    name: 'exchange_correlator_pushed_events_total',
    help: 'Events that were sent to the audit correlator and answered, doubles included.',
    registers: [metrics],
    collect() {
      this.reset();
      this.inc(pusher.status()?.pushed ?? 0);
    },
  });
  new Counter({
    name: 'exchange_correlator_failures_total',
    help: 'Batches of events that the audit correlator did not answer, or did not take.',
    registers: [metrics],
    collect() {
      this.reset();
      this.inc(pusher.status()?.failures ?? 0);
    },
  });
}
