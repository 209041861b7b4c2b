import { performance } from 'node:perf_hooks';
import { RedisStore } from './redis-store.js';
import {
  type KnownInstance,
  type OwnStatus,
  Registry,
  type RegistryStatus,
  type SelfDescription,
  type ServiceInstance,
} from './registry.js';
import { keyOf, writeEntry } from './registry-entry.js';
import { ServiceView, type ViewTimes } from './service-view.js';

export interface RedisRegistryOptions extends ViewTimes {
  readonly url: string;
  readonly log: RegistryLog;
}

export interface RegistryLog {
  log(message: string): void;
  warn(message: string): void;
}

interface Announced {
  readonly key: string;
  readonly description: SelfDescription;
  readonly status: () => OwnStatus;
}

/** Looks into the registry between two heartbeats: what others miss is seen sooner than one's own heartbeat comes. */
const looksPerHeartbeat = 4;
const lookMsMin = 50;
/** Between two looks that callers ask for. */
const refreshMsMin = 1_000;

/** The registry in Redis. Losing Redis leaves the last view standing; the entry is back as soon as Redis is. */
export class RedisRegistry extends Registry {
  private readonly store: RedisStore;
  private readonly listeners = new Set<() => void>();
  private readonly complainedOf = new Set<string>();
  private view = ServiceView.empty;
  private timer?: NodeJS.Timeout;
  private looking?: Promise<void>;
  private self: Announced | undefined = undefined;
  private registered = false;
  private toldStatus?: OwnStatus;
  private closed = false;
  private reachable = true;
  private beatAt = 0;
  private lookedAt: number | undefined = undefined;
  private askedAt = Number.NEGATIVE_INFINITY;
  private latencyMs: number | null = null;
  private heartbeats = 0;
  private heartbeatFailures = 0;

  /** Resolves with the first view, or without one if Redis does not answer soon. */
  static async open(options: RedisRegistryOptions): Promise<RedisRegistry> {
    const registry = new RedisRegistry(options);
    await registry.store.connect(() => void registry.turn());
    await registry.turn();
    const lookMs = Math.max(lookMsMin, Math.floor(options.heartbeatMs / looksPerHeartbeat));
    registry.timer = setInterval(() => void registry.turn(), lookMs).unref();
    return registry;
  }

  private constructor(private readonly options: RedisRegistryOptions) {
    super();
    this.store = new RedisStore(options.url, options.ttlMs, options.heartbeatMs);
  }

  instancesOf(serviceName: string): readonly ServiceInstance[] {
    return this.view.instancesOf(serviceName);
  }

  all(): readonly KnownInstance[] {
    return this.view.all();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async refresh(): Promise<void> {
    const now = performance.now();
    if (now - this.askedAt < refreshMsMin) return this.looking;
    this.askedAt = now;
    // A look that is under way may have begun too early to see what the caller is after.
    await this.looking;
    await this.turn();
  }

  suspect(instance: ServiceInstance): void {
    this.show(this.view.suspecting(keyOf(instance)));
  }

  async announce(description: SelfDescription, status: () => OwnStatus): Promise<void> {
    this.self = { key: keyOf(description), description, status };
    await this.beat();
    await this.turn();
  }

  async withdraw(): Promise<void> {
    const { self } = this;
    if (self === undefined) return;
    // From here on no heartbeat is sent; one that is under way reaches Redis before the removal does.
    this.self = undefined;
    this.registered = false;
    await this.store.remove(self.key).catch(() => {});
  }

  status(): RegistryStatus {
    const connected = this.store.connected && this.reachable;
    const lastRefreshAgeMs = this.lookedAt === undefined ? null : Math.round(performance.now() - this.lookedAt);
    const { registered, latencyMs, heartbeats, heartbeatFailures } = this;
    const detail = connected
      ? 'Redis answers.'
      : `Redis does not answer; what is known of other services is ${ageInWords(lastRefreshAgeMs)}.`;
    return {
      adapter: 'redis',
      connected,
      registered,
      lastRefreshAgeMs,
      latencyMs,
      heartbeats,
      heartbeatFailures,
      detail,
    };
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.withdraw();
    this.closed = true;
    this.store.close();
    this.listeners.clear();
  }

  /** One look, and a heartbeat if one is due; while one goes on, others wait for it. */
  private turn(): Promise<void> {
    this.looking ??= this.lookAndBeat().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async lookAndBeat(): Promise<void> {
    const due = performance.now() - this.beatAt >= this.options.heartbeatMs - lookMsMin;
    if (!(await this.look())) this.missHeartbeat(due);
    else if (due || !this.registered || this.self?.status() !== this.toldStatus) await this.beat();
  }

  private missHeartbeat(due: boolean): void {
    this.registered = false;
    if (!due || this.self === undefined) return;
    this.heartbeatFailures += 1;
    this.beatAt = performance.now();
  }

  /** True if Redis showed what it has. */
  private async look(): Promise<boolean> {
    const start = performance.now();
    const stored = await this.store.read().catch((error) => this.tellReachable(false, error));
    if (stored === undefined) return false;
    this.lookedAt = performance.now();
    this.latencyMs = this.lookedAt - start;
    this.tellReachable(true);
    const view = this.view.next(stored, this.options, this.self?.key);
    if (this.self !== undefined && !view.has(this.self.key)) this.registered = false;
    this.show(view);
    this.complainOfMalformed(view.malformed);
    for (const [key, text] of view.abandoned) await this.store.removeUnchanged(key, text).catch(() => {});
    return true;
  }

  private async beat(): Promise<void> {
    const { self } = this;
    if (self === undefined) return;
    const status = self.status();
    try {
      await this.store.put(self.key, writeEntry(self.description, status, Date.now()));
      this.heartbeats += 1;
      this.beatAt = performance.now();
      this.toldStatus = status;
      this.registered = this.self === self;
    } catch (error) {
      this.heartbeatFailures += 1;
      this.registered = false;
      this.tellReachable(false, error);
    }
  }

  private show(view: ServiceView): void {
    const changed = !view.says(this.view);
    this.view = view;
    if (!changed) return;
    for (const listener of this.listeners) listener();
  }

  /** One line when Redis goes, and one when it is back. */
  private tellReachable(reachable: boolean, error?: unknown): undefined {
    if (reachable === this.reachable || this.closed) return undefined;
    this.reachable = reachable;
    if (reachable) {
      this.options.log.log('Redis answers again');
      return undefined;
    }
    const reason = error instanceof Error ? error.message : String(error);
    this.options.log.warn(`Redis does not answer (${reason}): other services stay known as they were, trading goes on`);
  }

  private complainOfMalformed(malformed: ServiceView['malformed']): void {
    const keys = new Set(malformed.map(([key]) => key));
    for (const key of this.complainedOf) if (!keys.has(key)) this.complainedOf.delete(key);
    for (const [key, reason] of malformed) {
      if (this.complainedOf.has(key)) continue;
      this.complainedOf.add(key);
      this.options.log.warn(`the registry's entry ${JSON.stringify(key.slice(0, 300))} is ignored: ${reason}`);
    }
  }
}

function ageInWords(ageMs: number | null): string {
  return ageMs === null ? 'nothing' : `${Math.round(ageMs / 1000)} s old`;
}
