import type { StoredEntries } from './redis-store.js';
import { isAvailable, type KnownInstance, type ServiceInstance } from './registry.js';
import { type Entry, readEntry } from './registry-entry.js';
import { byPlace } from './static-registry.js';

export interface ViewTimes {
  readonly ttlMs: number;
  readonly heartbeatMs: number;
}

/** An instance that spoke less than this many heartbeats ago is alive: it may be late, but missed none. */
const suspectAfterHeartbeats = 1.5;
/** Entries are left to expire by themselves; only what is older than this many lifetimes is removed for others. */
const removedAfterLifetimes = 2;

interface ViewedEntry extends Entry {
  readonly suspect: boolean;
  /** It went missing because the registry lost its memory, not because the instance left. */
  readonly lost: boolean;
}

/** What one look into the registry showed. It is never changed; the next look makes the next view. */
export class ServiceView {
  static readonly empty = new ServiceView(new Map(), [], [], new Map());

  private readonly called: ReadonlyMap<string, readonly ServiceInstance[]>;

  private constructor(
    private readonly entries: ReadonlyMap<string, ViewedEntry>,
    /** Keys and texts of entries so old that nobody can be behind them any more. */
    readonly abandoned: readonly (readonly [key: string, text: string])[],
    /** Keys of what is no entry, and why. */
    readonly malformed: readonly (readonly [key: string, reason: string])[],
    private readonly suspicions: ReadonlyMap<string, number>,
    private readonly ownKey?: string,
  ) {
    this.called = callable(entries, ownKey);
  }

  /** Reads what is stored; `ownKey` is this process's, if it has announced itself. */
  next({ texts, now }: StoredEntries, { ttlMs, heartbeatMs }: ViewTimes, ownKey: string | undefined): ServiceView {
    const entries = new Map<string, ViewedEntry>();
    const abandoned: [string, string][] = [];
    const malformed: [string, string][] = [];
    for (const [key, text] of texts) {
      const entry = readEntry(text);
      if (typeof entry === 'string') malformed.push([key, entry]);
      else if (now - entry.lastSeen > ttlMs * removedAfterLifetimes) abandoned.push([key, text]);
      else if (now - entry.lastSeen <= ttlMs) {
        const late = now - entry.lastSeen > heartbeatMs * suspectAfterHeartbeats;
        entries.set(key, { ...entry, lost: false, suspect: late || this.suspicions.get(key) === entry.lastSeen });
      }
    }
    this.keepLost(entries, now - ttlMs, ownKey);
    const suspicions = new Map([...this.suspicions].filter(([key, seen]) => entries.get(key)?.lastSeen === seen));
    return new ServiceView(entries, abandoned, malformed, suspicions, ownKey);
  }

  /** The same view with one instance suspect until it speaks again. */
  suspecting(key: string): ServiceView {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.suspect) return this;
    const entries = new Map(this.entries).set(key, { ...entry, suspect: true });
    const suspicions = new Map(this.suspicions).set(key, entry.lastSeen);
    return new ServiceView(entries, [], [], suspicions, this.ownKey);
  }

  has(key: string): boolean {
    return this.entries.get(key)?.lost === false;
  }

  instancesOf(serviceName: string): readonly ServiceInstance[] {
    return this.called.get(serviceName) ?? [];
  }

  all(): readonly KnownInstance[] {
    return [...this.entries]
      .map(([key, { instance, lastSeen, suspect }]) => ({ instance, lastSeen, suspect, own: key === this.ownKey }))
      .sort(byPlace);
  }

  /** Whether both views answer the same, apart from when instances spoke. */
  says(other: ServiceView): boolean {
    return this.summary === other.summary;
  }

  private get summary(): string {
    return JSON.stringify(this.all().map((known) => ({ ...known, lastSeen: 0 })));
  }

  /**
   * A registry that was flushed, or came back empty, knows this process as little as the others. They are kept
   * as suspect until they are back or their time is past, so that nobody is lost for a heartbeat.
   */
  private keepLost(entries: Map<string, ViewedEntry>, since: number, ownKey: string | undefined): void {
    const memoryLost = ownKey !== undefined && this.has(ownKey) && !entries.has(ownKey);
    for (const [key, entry] of this.entries) {
      if (entries.has(key) || !(memoryLost || entry.lost) || entry.lastSeen < since || key === ownKey) continue;
      entries.set(key, { ...entry, lost: true, suspect: true });
    }
  }
}

function callable(
  entries: ReadonlyMap<string, ViewedEntry>,
  ownKey: string | undefined,
): ReadonlyMap<string, readonly ServiceInstance[]> {
  const others = [...entries].filter(([key, { instance }]) => key !== ownKey && isAvailable(instance));
  const services = Map.groupBy(others, ([, { instance }]) => instance.serviceName);
  return new Map([...services].map(([name, found]) => [name, preferred(found.map(([, entry]) => entry))]));
}

/** The suspect are better than nobody. */
function preferred(entries: readonly ViewedEntry[]): readonly ServiceInstance[] {
  const alive = entries.filter(({ suspect }) => !suspect);
  return (alive.length > 0 ? alive : entries).map(({ instance }) => instance);
}
