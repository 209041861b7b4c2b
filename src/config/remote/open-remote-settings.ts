import { Logger } from '@nestjs/common';
import type { Settings } from '../settings.js';
import { fixedValues } from './fixed-values.js';
import type { RemoteSettings } from './remote-settings.js';

/** Follows the configuration service, if there is one; resolves within `CONFIG_TIMEOUT_MS`, with or without its answers. */
export async function openRemoteSettings(settings: Settings): Promise<RemoteSettings | undefined> {
  const { configServiceUrl: url, serviceName, environment, store, dataDir } = settings;
  if (url === null) return undefined;
  const [{ ConfigurationClient }, { RemoteSettings }, { RememberedValues }] = await Promise.all([
    import('./configuration-client.js'),
    import('./remote-settings.js'),
    import('./remembered-values.js'),
  ]);
  const { configTimeoutMs: timeoutMs, configCacheTtlMs: cacheTtlMs, configCacheEntriesMax: cacheEntriesMax } = settings;
  return RemoteSettings.open({
    client: new ConfigurationClient({ url, serviceName, environment, timeoutMs, cacheTtlMs, cacheEntriesMax }),
    fixed: fixedValues(settings),
    remembered: new RememberedValues(store === 'disk' ? dataDir : undefined),
    pollMs: settings.configPollMs,
    log: new Logger('configuration'),
  });
}
