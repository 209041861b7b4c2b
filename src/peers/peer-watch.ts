import { grpcAddress, type Registry, type ServiceInstance } from '../discovery/registry.js';
import { timeText } from '../edge/time-text.js';
import { healthService } from './health.client.js';
import { PeerCallError } from './peer-call-error.js';
import type { PeerClients } from './peer-clients.js';
import { type InstanceStatus, type PeerStatus, peerStatusOf } from './peer-status.js';

/** More instances than these, in the order of their names and addresses, are not watched. */
export const watchedInstancesMax = 100;

/**
 * Asks every instance that the registry knows, except this process itself, how it is: when it appears, and
 * then again and again. One that does not answer, or says that it does not serve, is reported as suspect, so
 * that others are called before it.
 */
export class PeerWatch {
  private readonly findings = new Map<string, InstanceStatus>();
  private readonly asked = new Set<string>();
  private timer: NodeJS.Timeout | undefined = undefined;
  private unfollow: () => void = () => undefined;

  constructor(
    private readonly clients: PeerClients,
    private readonly registry: Pick<Registry, 'all' | 'onChange' | 'suspect'>,
    private readonly intervalMs: number,
  ) {}

  start(): void {
    this.unfollow = this.registry.onChange(() => this.askNewcomers());
    this.timer = setInterval(() => this.askAll(), this.intervalMs).unref();
    this.askAll();
  }

  stop(): void {
    this.unfollow();
    clearInterval(this.timer);
  }

  /** What was last heard of each peer that is known; an instance that was not asked yet is left out. */
  statuses(): readonly PeerStatus[] {
    const services = Map.groupBy(this.watched(), ({ serviceName }) => serviceName);
    return [...services].flatMap(([name, instances]) => {
      const found = instances.flatMap((instance) => this.findings.get(keyOf(instance)) ?? []);
      return found.length === 0 ? [] : [peerStatusOf(name, found)];
    });
  }

  private watched(): readonly ServiceInstance[] {
    const others = this.registry.all().filter(({ own }) => !own);
    return others.slice(0, watchedInstancesMax).map(({ instance }) => instance);
  }

  private askAll(): void {
    const watched = this.watched();
    const known = new Set(watched.map(keyOf));
    for (const key of this.findings.keys()) if (!known.has(key)) this.findings.delete(key);
    for (const instance of watched) void this.ask(instance);
  }

  private askNewcomers(): void {
    for (const instance of this.watched()) if (!this.findings.has(keyOf(instance))) void this.ask(instance);
  }

  /** An instance that has not answered yet is not asked a second time. */
  private async ask(instance: ServiceInstance): Promise<void> {
    const key = keyOf(instance);
    if (this.asked.has(key)) return;
    this.asked.add(key);
    try {
      const finding = await this.findingOf(instance);
      this.findings.set(key, finding);
      if (finding.state === 'down') this.registry.suspect(instance);
    } finally {
      this.asked.delete(key);
    }
  }

  private async findingOf(instance: ServiceInstance): Promise<InstanceStatus> {
    const address = grpcAddress(instance);
    const health = this.clients.clientAt(healthService, instance.serviceName, address);
    const startedAt = performance.now();
    const elapsedMs = () => Math.round((performance.now() - startedAt) * 10) / 10;
    const finding = (state: InstanceStatus['state'], message: string, latencyMs?: number): InstanceStatus => {
      return { instance: instance.instanceName, address, state, latencyMs, message, checkedAt: timeText(Date.now()) };
    };
    try {
      const { status } = await health.check({ service: '' });
      return finding(status === 'SERVING' ? 'up' : 'down', status, elapsedMs());
    } catch (error) {
      if (!(error instanceof PeerCallError)) throw error;
      // It answers, if only to say that it has no health to tell, or that this caller may not know it.
      const answers = ['UNIMPLEMENTED', 'NOT_FOUND', 'UNAUTHENTICATED', 'PERMISSION_DENIED'].includes(error.code);
      return answers ? finding('up', error.code, elapsedMs()) : finding('down', error.message);
    }
  }
}

function keyOf(instance: ServiceInstance): string {
  return `${instance.serviceName} ${instance.instanceName} ${grpcAddress(instance)}`;
}
