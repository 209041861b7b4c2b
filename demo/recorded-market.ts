import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Candles to replay, as a file that `PRICE_SOURCE=replay:` takes. */
export interface RecordedMarket {
  readonly file: string;
  /** What it is, for people. */
  readonly title: string;
  readonly minutes: number;
}

const recordedFile = '../shared/market-data/BTC-USD.1m.2023-03-10_12.csv';
const hours = 72;
const minuteMs = 60_000;
const firstMinute = Date.UTC(2023, 0, 1);
const seed = 2_023;
const firstPrice = 20_000;
/** Of one minute, as a part of the price: about what a year's volatility of 60 per cent comes to. */
const minuteVolatility = 0.000_8;

/** The recorded hours, where they are; else as many hours of candles made from a seed, the same each time. */
export function marketToReplay(directory: string): RecordedMarket {
  const recorded = resolve(recordedFile);
  const minutes = hours * 60;
  if (existsSync(recorded)) return { file: recorded, title: `${hours} recorded hours from 2023-03-10`, minutes };
  const file = join(directory, 'BTC-USD.1m.generated.csv');
  writeFileSync(file, ['open_time,open,high,low,close,volume', ...generatedCandles(minutes), ''].join('\n'));
  return { file, title: `${hours} generated hours (seed ${seed})`, minutes };
}

function generatedCandles(count: number): string[] {
  const random = randomNumbers(seed);
  const candles: string[] = [];
  let open = firstPrice;
  for (let minute = 0; minute < count; minute += 1) {
    // A slow swing under the noise gives a trend follower something to follow.
    const swing = Math.sin(minute / 240) * minuteVolatility * 0.15;
    const close = open * (1 + swing + (random() + random() + random() - 1.5) * minuteVolatility);
    const [high, low] = [Math.max(open, close) * 1.000_1, Math.min(open, close) * 0.999_9];
    const time = new Date(firstMinute + minute * minuteMs).toISOString();
    candles.push(`${time},${[open, high, low, close].map((price) => price.toFixed(2)).join(',')},1`);
    open = close;
  }
  return candles;
}

/** mulberry32: from 0 to just below 1, the same for the same seed. */
function randomNumbers(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
