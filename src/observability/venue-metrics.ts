import { statfs } from 'node:fs/promises';
import { Gauge } from 'prom-client';
import type { Settings } from '../config/settings.js';
import { version } from '../config/version.js';
import type { MetricsRegistry } from '../edge/metrics-registry.js';
import type { Venue, VenueStatus } from '../venue/venue.js';

const states: readonly VenueStatus['state'][] = ['SERVING', 'JOURNAL_FULL', 'DRAINING', 'STOPPED'];

/** Registers how the venue is, and what it stands on. */
export function registerVenueMetrics(metrics: MetricsRegistry, venue: Venue, settings: Settings): void {
  registerState(metrics, venue);
  const value = (name: string, help: string, read: () => number): void => {
    new Gauge({
      ...{ name, help, registers: [metrics] },
      collect() {
        this.set(read());
      },
    });
  };
  value('exchange_sequence', 'The last command that was executed.', () => venue.status().sequence);
  const durable = 'The last command that is durable.';
  value('exchange_durable_sequence', durable, () => venue.status().durableSequence);
  const queued = 'Commands that are executed and wait to be durable.';
  value('exchange_queue_commands', queued, () => venue.status().queued);
  const most = 'QUEUE_COMMANDS_MAX: beyond it commands are refused.';
  value('exchange_queue_commands_max', most, () => settings.queueCommandsMax);
  const stale = 'Markets whose reference price is stale.';
  value('exchange_stale_prices', stale, () => {
    const markets = [...venue.exchange.markets.values()];
    return markets.filter(({ staleSince }) => staleSince !== undefined).length;
  });
  if (settings.store === 'disk') registerDisk(metrics, venue, settings);
  new Gauge({
    name: 'exchange_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node'],
    registers: [metrics],
  }).set({ version, node: process.version }, 1);
}

function registerState(metrics: MetricsRegistry, venue: Venue): void {
  new Gauge({
    name: 'exchange_venue_state',
    help: '1 for the state that the venue is in: commands are taken in SERVING alone.',
    labelNames: ['state'],
    registers: [metrics],
    collect() {
      const { state: current } = venue.status();
      for (const state of states) this.set({ state }, state === current ? 1 : 0);
    },
  });
}

function registerDisk(metrics: MetricsRegistry, venue: Venue, { dataDir }: Settings): void {
  new Gauge({
    name: 'exchange_snapshot_age_seconds',
    help: 'Since the newest snapshot was written; absent before the first.',
    registers: [metrics],
    async collect() {
      const writtenAt = await venue.snapshotWrittenAt();
      // Left as it is, a gauge without labels shows 0 for what is not known.
      this.remove();
      if (writtenAt !== undefined) this.set(Math.max(0, Date.now() - writtenAt) / 1000);
    },
  });
  new Gauge({
    name: 'exchange_disk_free_bytes',
    help: 'What is free on the disk of DATA_DIR.',
    registers: [metrics],
    async collect() {
      const disk = await statfs(dataDir).catch(() => undefined);
      this.remove();
      if (disk !== undefined) this.set(disk.bavail * disk.bsize);
    },
  });
}
