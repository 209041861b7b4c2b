import { Logger } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import type { Registry } from './registry.js';
import { StaticRegistry } from './static-registry.js';

/**
 * The registry that the settings ask for: Redis where there is a `REDIS_URL`, else what `PEERS` says.
 * Resolves without Redis if that does not answer within a second or so.
 */
export async function openRegistry(settings: Settings): Promise<Registry> {
  const { redisUrl: url, peers, registryTtlMs: ttlMs, registryHeartbeatMs: heartbeatMs } = settings;
  if (url === null) return new StaticRegistry(peers);
  const log = new Logger('discovery');
  if (peers.length > 0) log.warn('PEERS is not looked at, because there is a REDIS_URL');
  const { RedisRegistry } = await import('./redis-registry.js');
  return RedisRegistry.open({ url, ttlMs, heartbeatMs, log });
}
