import { Client, credentials } from '@grpc/grpc-js';

export interface ChannelPoolLimits {
  readonly channelsMax: number;
  readonly channelIdleMs: number;
  readonly messageBytesMax: number;
}

interface Channel {
  readonly client: Client;
  users: number;
  usedAt: number;
  /** Its instance is gone: it is closed when its last user is. */
  retired: boolean;
}

/**
 * The connections to other services, one for each address: opened when it is first used, shared by its users,
 * and closed when nobody has used it for a while, when its instance is gone, or when another needs its place.
 */
export class ChannelPool {
  private readonly channels = new Map<string, Channel>();
  private sweep: NodeJS.Timeout | undefined = undefined;

  constructor(private readonly limits: ChannelPoolLimits) {}

  /** How many are open. */
  get size(): number {
    return this.channels.size;
  }

  /** The channel to an address, until `release`; `undefined` if all that there may be are in use. */
  acquire(address: string): Client | undefined {
    const channel = this.channels.get(address) ?? this.open(address);
    if (channel === undefined) return undefined;
    channel.users += 1;
    channel.retired = false;
    return channel.client;
  }

  release(address: string): void {
    const channel = this.channels.get(address);
    if (channel === undefined) return;
    channel.users -= 1;
    channel.usedAt = performance.now();
    if (channel.retired && channel.users === 0) this.close(address, channel);
  }

  /** The instance at an address is gone. */
  retire(address: string): void {
    const channel = this.channels.get(address);
    if (channel === undefined) return;
    channel.retired = true;
    if (channel.users === 0) this.close(address, channel);
  }

  closeAll(): void {
    for (const [address, channel] of this.channels) this.close(address, channel);
  }

  private open(address: string): Channel | undefined {
    if (this.channels.size >= this.limits.channelsMax && !this.closeLeastRecent()) return undefined;
    const client = new Client(address, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': this.limits.messageBytesMax,
      // Retries are the caller's, who knows what is idempotent; what is in the way of a peer is not a proxy's.
      'grpc.enable_retries': 0,
      'grpc.enable_http_proxy': 0,
      'grpc.enable_channelz': 0,
      'grpc.service_config_disable_resolution': 1,
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': 5_000,
    });
    const channel = { client, users: 0, usedAt: performance.now(), retired: false };
    this.channels.set(address, channel);
    this.sweep ??= setInterval(() => this.closeIdle(), this.limits.channelIdleMs / 2).unref();
    return channel;
  }

  private closeIdle(): void {
    const before = performance.now() - this.limits.channelIdleMs;
    for (const [address, channel] of this.channels) {
      if (channel.users === 0 && channel.usedAt <= before) this.close(address, channel);
    }
  }

  private closeLeastRecent(): boolean {
    const idle = [...this.channels].filter(([, { users }]) => users === 0);
    const [oldest] = idle.sort(([, a], [, b]) => a.usedAt - b.usedAt);
    if (oldest === undefined) return false;
    this.close(...oldest);
    return true;
  }

  private close(address: string, channel: Channel): void {
    this.channels.delete(address);
    channel.client.close();
    if (this.channels.size > 0) return;
    clearInterval(this.sweep);
    this.sweep = undefined;
  }
}
