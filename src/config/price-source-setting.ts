import { existsSync } from 'node:fs';
import type { Form } from './setting.js';

/** Where the reference prices come from; the files of a replay hold one market's candles each. */
export type PriceSourceSetting =
  | { readonly kind: 'simulated' }
  | { readonly kind: 'fixed' }
  | { readonly kind: 'replay'; readonly files: readonly string[] };

export const priceSource: Form<PriceSourceSetting> = {
  allowed: 'simulated, fixed, or replay: followed by the paths of existing candle files, separated by commas',
  read(text) {
    if (text === 'simulated' || text === 'fixed') return { kind: text };
    if (!text.startsWith('replay:')) return undefined;
    const files = text.slice('replay:'.length).split(',');
    return files.every((file) => existsSync(file)) ? { kind: 'replay', files } : undefined;
  },
};
