import { peerAddresses } from './peers-setting.js';
import { define, optional, text, wholeNumber } from './setting.js';

/** How this process and others find each other. */
export const discoverySettings = {
  redisUrl: define(
    'REDIS_URL',
    '',
    'Redis that services find each other in, such as redis://127.0.0.1:6379; empty: peers are those of PEERS.',
    optional(text('a redis:// or rediss:// URL', /^rediss?:\/\/[\x21-\x7e]{1,500}$/)),
    true,
  ),
  peers: define(
    'PEERS',
    '',
    'Where other services are, while there is no REDIS_URL: custodian-simulator=10.0.0.5:50051,...',
    peerAddresses,
  ),
  advertisedHost: define(
    'ADVERTISED_HOST',
    '',
    'Host under which others reach this process; empty for HOST, or the host name where HOST is every address.',
    optional(text('a host name or an IP address', /^[A-Za-z0-9.:_-]{1,255}$/)),
  ),
  registryTtlMs: define(
    'REGISTRY_TTL_MS',
    '90000',
    'Milliseconds after which the entry of a process that is no longer heard of lapses.',
    wholeNumber(100, 86_400_000),
  ),
  registryHeartbeatMs: define(
    'REGISTRY_HEARTBEAT_MS',
    '30000',
    'Milliseconds between two renewals of the own entry; others are looked up four times as often.',
    wholeNumber(100, 86_400_000),
  ),
};

/** An entry that lapses before it is renewed would come and go. */
export function discoveryFaults(values: {
  readonly registryTtlMs: number;
  readonly registryHeartbeatMs: number;
}): string[] {
  const { registryTtlMs, registryHeartbeatMs } = values;
  if (registryTtlMs > registryHeartbeatMs) return [];
  return [
    `REGISTRY_TTL_MS (${registryTtlMs}) is not longer than REGISTRY_HEARTBEAT_MS (${registryHeartbeatMs}), so that entries would lapse before they are renewed: set it to three times as much`,
  ];
}
