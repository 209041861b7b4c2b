import type { PeerAddress } from '../config/peers-setting.js';
import {
  type KnownInstance,
  type OwnStatus,
  Registry,
  type RegistryStatus,
  type SelfDescription,
  type ServiceInstance,
} from './registry.js';

/** What `PEERS` says, and this process: without a registry nobody is announced to anybody. */
export class StaticRegistry extends Registry {
  private readonly peers: ReadonlyMap<string, readonly ServiceInstance[]>;
  private readonly listeners = new Set<() => void>();
  private self: (() => ServiceInstance) | undefined = undefined;

  constructor(peers: readonly PeerAddress[]) {
    super();
    this.peers = Map.groupBy(peers.map(instanceOf), ({ serviceName }) => serviceName);
  }

  instancesOf(serviceName: string): readonly ServiceInstance[] {
    return this.peers.get(serviceName) ?? [];
  }

  all(): readonly KnownInstance[] {
    const peers = [...this.peers.values()].flat().map((instance) => ({ instance, own: false }));
    const known = this.self === undefined ? peers : [...peers, { instance: this.self(), own: true }];
    return known.map((one) => ({ ...one, lastSeen: null, suspect: false })).sort(byPlace);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async refresh(): Promise<void> {}

  /** What is configured never speaks, so a suspicion would never end: who calls keeps its own account. */
  suspect(_instance: ServiceInstance): void {}

  async announce(self: SelfDescription, status: () => OwnStatus): Promise<void> {
    this.self = () => ({ ...self, status: status() });
    this.tellChange();
  }

  async withdraw(): Promise<void> {
    if (this.self === undefined) return;
    this.self = undefined;
    this.tellChange();
  }

  status(): RegistryStatus {
    return {
      adapter: 'static',
      connected: true,
      registered: this.self !== undefined,
      lastRefreshAgeMs: 0,
      latencyMs: 0,
      heartbeats: 0,
      heartbeatFailures: 0,
      detail: 'Peers are those of PEERS.',
    };
  }

  async close(): Promise<void> {
    await this.withdraw();
    this.listeners.clear();
  }

  private tellChange(): void {
    for (const listener of this.listeners) listener();
  }
}

function instanceOf({ serviceName, host, port }: PeerAddress): ServiceInstance {
  return {
    serviceName,
    instanceName: `${host}:${port}`,
    host,
    grpcPort: port,
    httpPort: null,
    version: '',
    environment: '',
    status: 'healthy',
    metadata: {},
  };
}

/** Orders instances by service, host and port. */
export function byPlace({ instance: a }: KnownInstance, { instance: b }: KnownInstance): number {
  return a.serviceName.localeCompare(b.serviceName) || a.host.localeCompare(b.host) || a.grpcPort - b.grpcPort;
}
