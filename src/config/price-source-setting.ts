import { existsSync } from 'node:fs';
import type { PriceSourceChoice } from '../venue/price-source/choose-price-source.js';
import type { Form } from './setting.js';

/** Where the reference prices come from; the files of a replay hold one market's candles each. */
export const priceSource: Form<PriceSourceChoice> = {
  allowed: 'simulated, fixed, or replay: followed by the paths of existing candle files, separated by commas',
  read(text) {
    if (text === 'simulated' || text === 'fixed') return { kind: text };
    if (!text.startsWith('replay:')) return undefined;
    const files = text.slice('replay:'.length).split(',');
    return files.every((file) => existsSync(file)) ? { kind: 'replay', files } : undefined;
  },
};
