import { openRemoteSettings } from './config/remote/open-remote-settings.js';
import type { RemoteSettings } from './config/remote/remote-settings.js';
import type { Settings } from './config/settings.js';
import { openRegistry } from './discovery/open-registry.js';
import type { Registry } from './discovery/registry.js';
import type { Peers } from './peers/peers.js';

/**
 * What the exchange uses of the world around it. It is opened before the venue, which may take its first prices
 * from a peer; every part is optional, or does without what it stands for, and none of it can stop the start.
 */
export interface Outside {
  readonly registry: Registry;
  /** `undefined` where nobody could be called: there is neither `REDIS_URL` nor `PEERS`. */
  readonly peers: Peers | undefined;
  /** `undefined` where there is no `CONFIG_SERVICE_URL`. */
  readonly remoteSettings: RemoteSettings | undefined;
}

/** By which Nest hands all of it out. */
export const outsideToken = Symbol('outside');

export async function openOutside(settings: Settings): Promise<Outside> {
  const [registry, remoteSettings] = await Promise.all([openRegistry(settings), openRemoteSettings(settings)]);
  return { registry, remoteSettings, peers: await openPeers(registry, settings) };
}

async function openPeers(registry: Registry, settings: Settings): Promise<Peers | undefined> {
  if (settings.redisUrl === null && settings.peers.length === 0) return undefined;
  const { Peers } = await import('./peers/peers.js');
  return Peers.open(registry, settings);
}

/** For a start that failed; a running application closes the parts with the modules that they belong to. */
export async function closeOutside({ registry, peers, remoteSettings }: Outside): Promise<void> {
  remoteSettings?.close();
  peers?.close();
  await registry.close();
}
