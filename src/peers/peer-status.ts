/** How one instance of a peer was when it was last asked. */
export interface InstanceStatus {
  readonly instance: string;
  /** `host:port`. */
  readonly address: string;
  readonly state: 'up' | 'down';
  /** How long its answer took; absent if it gave none. */
  readonly latencyMs?: number;
  /** What it answered, or why it did not. */
  readonly message: string;
  /** In RFC 3339. */
  readonly checkedAt: string;
}

/** A peer is up if all its instances are, and down if none is. */
export interface PeerStatus {
  /** Its name in the registry. */
  readonly name: string;
  readonly state: 'up' | 'degraded' | 'down';
  /** Of the instance that answered most quickly. */
  readonly latencyMs?: number;
  readonly instances: readonly InstanceStatus[];
}

export function peerStatusOf(name: string, instances: readonly InstanceStatus[]): PeerStatus {
  const up = instances.filter(({ state }) => state === 'up');
  const state = up.length === 0 ? 'down' : up.length === instances.length ? 'up' : 'degraded';
  if (up.length === 0) return { name, state, instances };
  return { name, state, latencyMs: Math.min(...up.map(({ latencyMs = 0 }) => latencyMs)), instances };
}
