import { Counter, Gauge } from 'prom-client';
import type { MetricsRegistry } from '../edge/metrics-registry.js';
import type { Registry } from './registry.js';

/** Registers how the registry is and what it knows. */
export function registerRegistryMetrics(metrics: MetricsRegistry, registry: Registry): void {
  const value = (name: string, help: string, read: () => number): void => {
    new Gauge({
      ...{ name, help, registers: [metrics] },
      collect() {
        this.set(read());
      },
    });
  };
  const status = () => registry.status();
  value('exchange_registry_connected', '1 while the registry answers.', () => Number(status().connected));
  const registered = "1 while the registry has this process's entry.";
  value('exchange_registry_registered', registered, () => Number(status().registered));
  value('exchange_registry_instances', 'Instances of services that are known.', () => registry.all().length);
  const age = 'How old what is known of other services is; 0 before there is anything.';
  value('exchange_registry_view_age_seconds', age, () => (status().lastRefreshAgeMs ?? 0) / 1000);
  new Counter({
    name: 'exchange_registry_heartbeats_total',
    help: 'Renewals of the own entry, by outcome.',
    labelNames: ['outcome'],
    registers: [metrics],
    collect() {
      const { heartbeats, heartbeatFailures } = status();
      this.reset();
      this.inc({ outcome: 'ok' }, heartbeats);
      this.inc({ outcome: 'failed' }, heartbeatFailures);
    },
  });
}
