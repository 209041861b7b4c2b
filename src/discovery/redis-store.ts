import { Redis } from 'ioredis';
import { keyPattern } from './registry-entry.js';

/** What lies in Redis under the keys of the registry. */
export interface StoredEntries {
  readonly texts: ReadonlyMap<string, string>;
  /** The time of Redis, milliseconds since 1970: one clock for all who compare. */
  readonly now: number;
}

/** How long one command may take before Redis counts as gone. */
export const commandTimeoutMs = 1_000;
const reconnectMsMin = 50;
const reconnectMsMax = 2_000;
/** Keys looked at per step of a scan, and steps per view: a shared Redis with more keys is read in part. */
const scanKeys = 1_000;
const scanStepsMax = 1_000;
const entriesMax = 1_000;

/** Deletes an entry only if it is still what was read: it may have been renewed since. */
const deleteUnchanged = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/**
 * The registry's commands over one connection, which reconnects for ever. Every command either answers within
 * a second or rejects; nothing is queued for a Redis that is not there.
 */
export class RedisStore {
  private readonly redis: Redis;

  constructor(
    url: string,
    private readonly ttlMs: number,
    heartbeatMs: number,
  ) {
    // The entry is to be back within a heartbeat after Redis is: a connection is tried more often than that.
    const retryMsMax = Math.max(reconnectMsMin, Math.min(reconnectMsMax, heartbeatMs / 4));
    this.redis = new Redis(url, {
      lazyConnect: true,
      protocol: 2,
      disableClientInfo: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: commandTimeoutMs,
      commandTimeout: commandTimeoutMs,
      // A Redis that is paused keeps its connections open: without this, commands would pile up behind it.
      socketTimeout: commandTimeoutMs + 500,
      retryStrategy: (times) => Math.min(reconnectMsMin * 2 ** Math.min(times, 10), retryMsMax),
    });
    // Each failed attempt to connect is an error event, which would otherwise end the process.
    this.redis.on('error', () => {});
  }

  get connected(): boolean {
    return this.redis.status === 'ready';
  }

  /** Connects, and calls back after each time that a connection is ready. Never rejects. */
  async connect(onReady: () => void): Promise<void> {
    this.redis.on('ready', onReady);
    await this.redis.connect().catch(() => {});
  }

  async put(key: string, text: string): Promise<void> {
    await this.redis.set(key, text, 'PX', this.ttlMs);
  }

  async remove(key: string): Promise<void> {
    await this.redis.del(key);
  }

  async removeUnchanged(key: string, text: string): Promise<void> {
    await this.redis.eval(deleteUnchanged, 1, key, text);
  }

  async read(): Promise<StoredEntries> {
    const keys = await this.keys();
    const [seconds = 0, microseconds = 0] = (await this.redis.time()).map(Number);
    const texts = keys.length === 0 ? [] : await this.redis.mget(keys);
    const found = keys.flatMap((key, index) => (texts[index] == null ? [] : [[key, texts[index]] as const]));
    return { texts: new Map(found), now: seconds * 1000 + Math.floor(microseconds / 1000) };
  }

  close(): void {
    this.redis.disconnect();
  }

  /** `SCAN`, because `KEYS` would stop a large Redis for everybody. */
  private async keys(): Promise<string[]> {
    const keys = new Set<string>();
    let cursor = '0';
    for (let step = 0; step < scanStepsMax && keys.size < entriesMax; step += 1) {
      const [next, found] = await this.redis.scan(cursor, 'MATCH', keyPattern, 'COUNT', scanKeys);
      for (const key of found) keys.add(key);
      cursor = next;
      if (cursor === '0') break;
    }
    return [...keys].slice(0, entriesMax);
  }
}
