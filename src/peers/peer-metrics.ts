import { Counter, Gauge, Histogram } from 'prom-client';
import type { MetricsRegistry } from '../edge/metrics-registry.js';
import type { PeerClients } from './peer-clients.js';
import type { BreakerState } from './peer-instance.js';
import type { PeerStatus } from './peer-status.js';

const durationBucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];
const breakerStates: readonly BreakerState[] = ['CLOSED', 'HALF_OPEN', 'OPEN'];

/** What the metrics look at. */
export interface MeasuredPeers {
  readonly clients: PeerClients;
  statuses(): readonly PeerStatus[];
}

const peerLabelsMax = 100;

/** Registers how other services are called and how they are, by the names that they have in the registry. */
export function registerPeerMetrics(metrics: MetricsRegistry, peers: MeasuredPeers): void {
  registerCalls(metrics, peers.clients);
  registerBreakers(metrics, peers.clients);
  new Gauge({
    name: 'exchange_peer_channels',
    help: 'Connections to other services that are open.',
    registers: [metrics],
    collect() {
      this.set(peers.clients.openChannels);
    },
  });
  new Gauge({
    name: 'exchange_peer_instances',
    help: 'Instances of other services, by what they last answered when they were asked how they are.',
    labelNames: ['peer', 'state'],
    registers: [metrics],
    collect() {
      this.reset();
      for (const { name, instances } of peers.statuses()) {
        for (const state of ['up', 'down'] as const) {
          this.set({ peer: name, state }, instances.filter((instance) => instance.state === state).length);
        }
      }
    },
  });
}

function registerCalls(metrics: MetricsRegistry, clients: PeerClients): void {
  const calls = new Counter({
    name: 'exchange_peer_calls_total',
    help: 'Calls of other services that ended, by the status that they ended with; a stream is a call until it begins.',
    labelNames: ['peer', 'method', 'code'],
    registers: [metrics],
  });
  const attempts = new Counter({
    name: 'exchange_peer_attempts_total',
    help: 'How often calls of other services were sent: more than there were calls is retries, less is breakers and queues.',
    labelNames: ['peer', 'method'],
    registers: [metrics],
  });
  const durations = new Histogram({
    name: 'exchange_peer_call_duration_seconds',
    help: 'Calls of other services, with their retries and their time in the queue.',
    labelNames: ['peer', 'method'],
    buckets: durationBucketsSeconds,
    registers: [metrics],
  });
  const labelOf = boundedLabel(peerLabelsMax);
  clients.onCall(({ peer: name, method, code, durationMs, attempts: sent }) => {
    const peer = labelOf(name);
    calls.inc({ peer, method, code });
    attempts.inc({ peer, method }, sent);
    durations.observe({ peer, method }, durationMs / 1000);
  });
}

function registerBreakers(metrics: MetricsRegistry, clients: PeerClients): void {
  new Gauge({
    name: 'exchange_peer_breaker_state',
    help: '1 for the state of the breaker of each instance that was called: it gets calls in CLOSED, and one in HALF_OPEN.',
    labelNames: ['peer', 'address', 'state'],
    registers: [metrics],
    collect() {
      this.reset();
      for (const { peer, address, state: current } of clients.breakers()) {
        for (const state of breakerStates) this.set({ peer, address, state }, state === current ? 1 : 0);
      }
    },
  });
}

/** Names come from the registry, where anybody may write, and a series once made stays: those beyond the bound share one. */
function boundedLabel(labelsMax: number): (name: string) => string {
  const labels = new Set<string>();
  return (name) => {
    if (labels.has(name)) return name;
    if (labels.size >= labelsMax) return 'other';
    labels.add(name);
    return name;
  };
}
