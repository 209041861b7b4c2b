import { Logger } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import type { Registry } from '../discovery/registry.js';
import type { MetricsRegistry } from '../edge/metrics-registry.js';
import type { LivePrices } from '../venue/price-source/live-prices.js';
import { PeerClients } from './peer-clients.js';
import { registerPeerMetrics } from './peer-metrics.js';
import { PeerPrices } from './peer-prices.js';
import type { PeerStatus } from './peer-status.js';
import { PeerWatch } from './peer-watch.js';

/** What one part of the outside says of itself to whoever shows health. */
export interface PeerHealth {
  /** `peer:custodian-simulator`, or `prices`. */
  readonly name: string;
  readonly required: false;
  check(): {
    readonly state: PeerStatus['state'];
    readonly latencyMs?: number;
    readonly detail: Readonly<Record<string, unknown>> & { readonly status?: never; readonly latencyMs?: never };
  };
}

/** Every other service, as this process calls them: the clients, a watch over all that are known, and their prices. */
export class Peers {
  readonly clients: PeerClients;
  private readonly watch: PeerWatch;
  private prices: PeerPrices | undefined = undefined;

  /** The watch is on from here on; nothing waits for a peer. */
  static open(registry: Registry, settings: Settings): Peers {
    const peers = new Peers(registry, settings);
    peers.watch.start();
    return peers;
  }

  private constructor(
    registry: Registry,
    private readonly settings: Settings,
  ) {
    this.clients = new PeerClients(registry, {
      timeoutMs: settings.peerCallTimeoutMs,
      messageBytesMax: settings.bodyBytesMax,
    });
    this.watch = new PeerWatch(this.clients, registry, settings.peerCheckIntervalMs);
  }

  /** Lets the prices of a peer come to the venue, from now on. */
  bringPrices(prices: LivePrices, serviceName: string): void {
    const { priceIntervalMs, priceStaleMs: silenceMs } = this.settings;
    this.prices = new PeerPrices(this.clients, prices, {
      serviceName,
      updateIntervalMs: Math.min(priceIntervalMs, Math.floor(silenceMs / 2)),
      silenceMs,
      log: new Logger('prices'),
    });
    this.prices.start();
  }

  /** Counts and times every call from here on. */
  measure(metrics: MetricsRegistry): void {
    registerPeerMetrics(metrics, this);
  }

  statuses(): readonly PeerStatus[] {
    return this.watch.statuses();
  }

  /** One for each peer that is known now, and one for the prices if they come from a peer. */
  *health(): Iterable<PeerHealth> {
    for (const { name, state, latencyMs, instances } of this.statuses()) {
      yield { name: `peer:${name}`, required: false, check: () => ({ state, latencyMs, detail: { instances } }) };
    }
    const prices = this.prices?.status();
    if (prices === undefined) return;
    const state = prices.stale.length === 0 ? 'up' : 'degraded';
    yield { name: 'prices', required: false, check: () => ({ state, latencyMs: 0, detail: { ...prices } }) };
  }

  /** No more calls are made of anybody. */
  close(): void {
    this.prices?.stop();
    this.watch.stop();
    this.clients.close();
  }
}
