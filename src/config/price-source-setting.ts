import { existsSync } from 'node:fs';
import type { PriceSourceChoice } from '../venue/price-source/choose-price-source.js';
import type { Form } from './setting.js';

/** Where the reference prices come from; the files of a replay hold one market's candles each, a peer is named as in the registry. */
export const priceSource: Form<PriceSourceChoice> = {
  allowed:
    'simulated, fixed, replay: followed by the paths of existing candle files, separated by commas, or peer: followed by the name of a service',
  read(text) {
    if (text === 'simulated' || text === 'fixed') return { kind: text };
    if (text.startsWith('peer:')) return peerPrices(text.slice('peer:'.length));
    if (!text.startsWith('replay:')) return undefined;
    const files = replayFiles(text);
    return files.every((file) => existsSync(file)) ? { kind: 'replay', files } : undefined;
  },
  fault(text) {
    const missing = text.startsWith('replay:') ? replayFiles(text).find((file) => !existsSync(file)) : undefined;
    return missing === undefined ? undefined : `there is no file ${JSON.stringify(missing.slice(0, 200))}`;
  },
};

/** What is wrong with the price source together with other settings. */
export function priceSourceFaults(values: {
  readonly priceSource: PriceSourceChoice;
  readonly redisUrl: string | null;
  readonly peers: readonly unknown[];
}): string[] {
  if (values.priceSource.kind !== 'peer' || values.redisUrl !== null || values.peers.length > 0) return [];
  const { serviceName } = values.priceSource;
  return [
    `PRICE_SOURCE is "peer:${serviceName}": set PEERS to ${serviceName}=host:port, or REDIS_URL, so that it is found`,
  ];
}

function replayFiles(text: string): string[] {
  return text.slice('replay:'.length).split(',');
}

function peerPrices(serviceName: string): PriceSourceChoice | undefined {
  return /^[A-Za-z0-9._-]{1,63}$/.test(serviceName) ? { kind: 'peer', serviceName } : undefined;
}
