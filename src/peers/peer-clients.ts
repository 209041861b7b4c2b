import type { Registry } from '../discovery/registry.js';
import { callMetadata } from './call-metadata.js';
import type { CallListener } from './call-record.js';
import { ChannelPool } from './channel-pool.js';
import { Peer } from './peer.js';
import type { PeerCall } from './peer-call.js';
import type { BreakerState, PeerInstance } from './peer-instance.js';
import { defaultPeerLimits, type PeerLimits } from './peer-limits.js';
import type { CallOptions, PeerClient, PeerMethod, PeerService } from './peer-service.js';
import { codecsOf } from './service-definition.js';

/** What the breaker of one instance says now. */
export interface BreakerView {
  readonly peer: string;
  /** `host:port` of the instance. */
  readonly address: string;
  readonly state: BreakerState;
}

/**
 * Everything that the exchange calls over gRPC goes through here: instances are found in the registry and
 * taken in turn, channels are shared and bounded, and every call has a deadline. Nothing that a peer does or
 * leaves undone reaches further than the caller's own call.
 */
export class PeerClients {
  readonly limits: PeerLimits;
  private readonly pool: ChannelPool;
  private readonly peers = new Map<string, Peer>();
  private readonly listeners = new Set<CallListener>();
  private readonly unfollow: () => void;

  constructor(
    private readonly registry: Pick<Registry, 'instancesOf' | 'all' | 'onChange' | 'suspect' | 'refresh'>,
    limits: Partial<PeerLimits> = {},
  ) {
    this.limits = { ...defaultPeerLimits, ...limits };
    this.pool = new ChannelPool(this.limits);
    this.unfollow = registry.onChange(() => {
      for (const peer of this.peers.values()) {
        peer.follow();
        // Services come and go; one that is called again is begun anew.
        if (peer.instances.size === 0) this.peers.delete(peer.name);
      }
    });
  }

  /** A service of a peer, as the registry calls the peer; nothing is connected before the first call. */
  client<Service extends PeerService>(service: Service, peerName: string): PeerClient<Service> {
    const peer = () => this.peer(peerName);
    return this.clientOf(service, peerName, (call) => peer().call(call), peer);
  }

  /** A service of one instance: each call goes there once, or fails at once while its breaker is open. */
  clientAt<Service extends PeerService>(service: Service, peerName: string, address: string): PeerClient<Service> {
    const peer = () => this.peer(peerName);
    return this.clientOf(service, peerName, (call) => peer().callAt(address, call), peer);
  }

  /** Tells a listener of every call that ends; the result ends that. */
  onCall(listener: CallListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** One for each known instance of the peers that were called. */
  breakers(): readonly BreakerView[] {
    const view = (peer: string, { address, breakerState }: PeerInstance) => ({
      peer,
      address,
      state: breakerState,
    });
    return [...this.peers.values()].flatMap(({ name, instances }) =>
      [...instances.values()].map((instance) => view(name, instance)),
    );
  }

  get openChannels(): number {
    return this.pool.size;
  }

  /** Closes every channel; calls that are under way end with an error. */
  close(): void {
    this.unfollow();
    this.pool.closeAll();
  }

  private peer(name: string): Peer {
    const known = this.peers.get(name);
    if (known !== undefined) return known;
    const { registry, pool, limits } = this;
    const peer = new Peer(name, {
      registry,
      pool,
      limits,
      onCall: (record) => {
        for (const listener of this.listeners) listener(record);
      },
    });
    this.peers.set(name, peer);
    return peer;
  }

  private clientOf<Service extends PeerService>(
    service: Service,
    peerName: string,
    send: (call: PeerCall) => Promise<unknown>,
    peer: () => Peer,
  ): PeerClient<Service> {
    const calls = Object.entries(service.methods).map(([name, method]) => {
      const begin = (request: object, options?: CallOptions) =>
        this.newCall(service, peerName, name, method, request, options);
      return method.kind === 'unary'
        ? [name, async (request: object, options?: CallOptions) => send(begin(request, options))]
        : [name, (request: object, options?: CallOptions) => peer().stream(begin(request, options))];
    });
    return Object.fromEntries(calls) as PeerClient<Service>;
  }

  private newCall(
    service: PeerService,
    peer: string,
    name: string,
    method: PeerMethod,
    request: object,
    { timeoutMs = this.limits.timeoutMs, signal }: CallOptions = {},
  ): PeerCall {
    return {
      peer,
      method: `${service.name}/${name}`,
      codec: codecsOf(service).get(name)!,
      idempotent: method.kind === 'unary' && method.idempotent,
      request,
      metadata: callMetadata(),
      timeoutMs,
      deadline: Date.now() + timeoutMs,
      signal,
      attempts: 0,
    };
  }
}
