import type { KnownInstance, Registry, ServiceInstance } from '../discovery/registry.js';

export type RegistryOfPeers = Pick<Registry, 'instancesOf' | 'all' | 'onChange' | 'suspect' | 'refresh'>;

/** A registry that knows what a spec tells it, and remembers what it was told. */
export class ListedPeers implements RegistryOfPeers {
  readonly suspected: string[] = [];
  refreshes = 0;
  private listed: readonly ServiceInstance[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(...addresses: readonly string[]) {
    this.list(...addresses);
  }

  /** From now on these are there: `market-data=127.0.0.1:5000`, or without a name those of the service `peer`. */
  list(...addresses: readonly string[]): void {
    this.listed = addresses.map(instanceOf);
    for (const listener of this.listeners) listener();
  }

  instancesOf(serviceName: string): readonly ServiceInstance[] {
    return this.listed.filter((instance) => instance.serviceName === serviceName);
  }

  all(): readonly KnownInstance[] {
    return this.listed.map((instance) => ({ instance, own: false, lastSeen: null, suspect: false }));
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  suspect({ host, grpcPort }: ServiceInstance): void {
    this.suspected.push(`${host}:${grpcPort}`);
  }

  async refresh(): Promise<void> {
    this.refreshes += 1;
  }
}

function instanceOf(address: string): ServiceInstance {
  const [serviceName, at] = address.includes('=') ? address.split('=') : ['peer', address];
  const [host, port] = at!.split(':');
  return {
    serviceName: serviceName!,
    instanceName: at!,
    host: host!,
    grpcPort: Number(port),
    httpPort: null,
    version: '',
    environment: '',
    status: 'healthy',
    metadata: {},
  };
}
