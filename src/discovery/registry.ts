/** One running process of a service, in the exchange's words; `registry-entry.ts` has those of the registry. */
export interface ServiceInstance {
  readonly serviceName: string;
  /** Unique within the service. */
  readonly instanceName: string;
  readonly host: string;
  readonly grpcPort: number;
  /** `null` where it is not known or the instance has none. */
  readonly httpPort: number | null;
  readonly version: string;
  readonly environment: string;
  /** What the instance says of itself: `healthy` or `unhealthy`, or another program's own word. */
  readonly status: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What an instance tells of itself, apart from its status. */
export type SelfDescription = Omit<ServiceInstance, 'status'>;

export interface KnownInstance {
  readonly instance: ServiceInstance;
  /** Whether this is the process itself. */
  readonly own: boolean;
  /** When it last spoke, in milliseconds since 1970; `null` for what is configured and never speaks. */
  readonly lastSeen: number | null;
  /** It has missed its heartbeat, or a caller found it dead: it is called only if there is no other. */
  readonly suspect: boolean;
}

export interface RegistryStatus {
  readonly adapter: 'static' | 'redis';
  readonly connected: boolean;
  /** Whether the registry has this process's entry, as far as is known. */
  readonly registered: boolean;
  /** How old the view is, in milliseconds; `null` before the first. What is configured is never old. */
  readonly lastRefreshAgeMs: number | null;
  /** How long the last answer of the registry took; `null` if it never gave one. */
  readonly latencyMs: number | null;
  /** Since the start. */
  readonly heartbeats: number;
  readonly heartbeatFailures: number;
  /** How it is, in a sentence. */
  readonly detail: string;
}

/**
 * Who else is there: the port of discovery, and the token by which Nest hands its adapter out. Looking
 * things up is synchronous, in the last view that was got; nothing here ever rejects or waits for long, and a
 * registry that is gone leaves its last view standing.
 */
export abstract class Registry {
  /**
   * Where a service can be called, in no order that means anything: its instances that are not unhealthy and
   * not suspect, or the suspect ones if there are no others. Never this process itself.
   */
  abstract instancesOf(serviceName: string): readonly ServiceInstance[];

  /** All that is known, this process included, ordered by service, host and port. */
  abstract all(): readonly KnownInstance[];

  /** Calls the listener, which must not throw, after each change of what `all` or `instancesOf` answer; the result ends that. */
  abstract onChange(listener: () => void): () => void;

  /** Takes a fresh view, at most once a second; for a caller whose instances all fail. Resolves when it is there, or could not be got. */
  abstract refresh(): Promise<void>;

  /** Notes that a caller found an instance dead: it is suspect until it is heard of again. */
  abstract suspect(instance: ServiceInstance): void;

  /** Makes this process known, and keeps it so, until `withdraw`; its status is asked for whenever it is told. */
  abstract announce(self: SelfDescription, status: () => OwnStatus): Promise<void>;

  /** Removes this process's entry at once; others can still be found. To be called when a drain begins. */
  abstract withdraw(): Promise<void>;

  abstract status(): RegistryStatus;

  /** Withdraws, if that was not done, and lets go of the connection and the timers. */
  abstract close(): Promise<void>;
}

/** The words for a ready and for a draining or otherwise unready exchange. */
export type OwnStatus = 'healthy' | 'unhealthy';

const unavailable: ReadonlySet<string> = new Set([
  'unhealthy',
  'starting',
  'stopping',
  'stopped',
  'draining',
  'down',
  'offline',
  'not_serving',
]);

/** Whether an instance takes calls, by its own word; a word that is not known is no reason to shun it. */
export function isAvailable({ status }: ServiceInstance): boolean {
  return !unavailable.has(status.toLowerCase());
}

/** `host:port` as gRPC takes it. */
export function grpcAddress({ host, grpcPort }: Pick<ServiceInstance, 'host' | 'grpcPort'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${grpcPort}`;
}
