import { Counter, Gauge, type Registry } from 'prom-client';
import type { RemoteSettings, RemoteSettingsStatus } from './remote-settings.js';

const breakerStates = ['closed', 'open', 'half-open'] as const;

/** Registers how the configuration service is used, and what came of it. */
export function registerRemoteMetrics(metrics: Registry, settings: RemoteSettings): void {
  const count = (name: string, help: string, read: (status: RemoteSettingsStatus) => Record<string, number>): void => {
    new Counter({
      ...{ name, help, labelNames: ['outcome'], registers: [metrics] },
      collect() {
        this.reset();
        for (const [outcome, total] of Object.entries(read(settings.status()))) this.inc({ outcome }, total);
      },
    });
  };
  const reads = 'Reads of remote values: from the cache, from the service, or stale because it did not answer.';
  count('exchange_config_reads_total', reads, ({ hits: hit, misses: miss, staleReads: stale }) => ({
    hit,
    miss,
    stale,
  }));
  const requests = 'Requests to the configuration service.';
  count('exchange_config_requests_total', requests, ({ requests, unchanged, failures: failed }) => {
    return { changed: requests - unchanged - failed, unchanged, failed };
  });
  const values = 'Remote values that were taken over, and that were refused because they cannot be.';
  count('exchange_config_values_total', values, ({ accepted, refused }) => ({ accepted, refused }));
  registerState(metrics, settings);
}

function registerState(metrics: Registry, settings: RemoteSettings): void {
  const value = (name: string, help: string, read: (status: RemoteSettingsStatus) => number): void => {
    new Gauge({
      ...{ name, help, registers: [metrics] },
      collect() {
        this.set(read(settings.status()));
      },
    });
  };
  const wrong = 'Remote values that are refused as they are now, because they cannot be.';
  value('exchange_config_wrong_values', wrong, (status) => status.wrong);
  value('exchange_config_cache_entries', 'Remote values in the cache.', ({ entries }) => entries);
  const age = 'Age of the remote value that was confirmed longest ago.';
  value('exchange_config_oldest_age_seconds', age, ({ oldestAgeMs }) => (oldestAgeMs ?? 0) / 1000);
  new Gauge({
    name: 'exchange_config_breaker_state',
    help: '1 for the state that the breaker of the configuration service is in.',
    labelNames: ['state'],
    registers: [metrics],
    collect() {
      const { breaker } = settings.status();
      for (const state of breakerStates) this.set({ state }, state === breaker ? 1 : 0);
    },
  });
}
