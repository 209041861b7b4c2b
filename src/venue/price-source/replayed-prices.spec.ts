import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVenueConfiguration } from '../../config/venue-definition.js';
import { readCandleFile } from './candle-file.js';
import { choosePriceSource } from './choose-price-source.js';
import type { PriceSource } from './price-source.js';

const { venue, pricing } = readVenueConfiguration(null, 'frictionless');
const directory = mkdtempSync(join(tmpdir(), 'candles-'));
afterAll(() => rmSync(directory, { recursive: true }));

const header = 'open_time,open,high,low,close,volume';

function candleFile(name: string, ...lines: string[]): string {
  const path = join(directory, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

function replayed(files: readonly string[], replaySpeed = 1): PriceSource {
  return choosePriceSource({ kind: 'replay', files }, venue, pricing, {
    seed: 1,
    beatMs: 1000,
    replaySpeed,
    staleMs: 5_000,
  });
}

function ticksAt(source: PriceSource, symbol: string, beat: number): number {
  return source.pricesAt(beat).find((price) => price.symbol === symbol)!.priceTicks;
}

function minute(source: PriceSource, symbol: string, number: number, beats = 60): number[] {
  return Array.from({ length: beats }, (_, index) => ticksAt(source, symbol, number * beats + index));
}

describe('replayed candles', () => {
  const bitcoin = candleFile(
    'BTC-USD.1m.rise-fall-gap.csv',
    header,
    '2023-03-10 00:00:00+00:00,100,110,90,105,1',
    '2023-03-10 00:01:00+00:00,105,106,95,97.004,1',
    '2023-03-10T00:04:00Z,200,200,200,200,1',
  );
  const ether = candleFile('ETH-USD.csv', header, '2023-03-10 01:02:00+01:00,10,12,9,11,1');

  it('go from open over low and high to the close of a candle that rises', () => {
    const way = minute(replayed([bitcoin]), 'BTC-USD', 0);
    expect([0, 10, 20, 30, 40, 59].map((second) => way[second])).toEqual([10_000, 9500, 9000, 10_000, 11_000, 10_500]);
    expect([Math.min(...way), Math.max(...way)]).toEqual([9000, 11_000]);
  });

  it('go from open over high and low to the close of a candle that falls', () => {
    const way = minute(replayed([bitcoin]), 'BTC-USD', 1);
    expect([0, 20, 40, 59].map((second) => way[second])).toEqual([10_500, 10_600, 9500, 9700]);
  });

  it('stand still in a gap and after the end', () => {
    const source = replayed([bitcoin]);
    expect(ticksAt(source, 'BTC-USD', 200)).toBe(9700);
    expect(ticksAt(source, 'BTC-USD', 240)).toBe(20_000);
    expect(ticksAt(source, 'BTC-USD', 1_000_000)).toBe(20_000);
  });

  it('play several markets on one clock, and leave the others where they start', () => {
    const source = replayed([bitcoin, ether]);
    expect(ticksAt(source, 'ETH-USD', 0)).toBe(1000);
    expect(ticksAt(source, 'ETH-USD', 140)).toBe(900);
    expect(ticksAt(source, 'ETH-USD', 160)).toBe(1200);
    expect(ticksAt(source, 'ETH-BTC', 160)).toBe(pricing.initialTicks.get('ETH-BTC'));
  });

  it('play faster', () => {
    const way = minute(replayed([bitcoin], 10), 'BTC-USD', 0, 6);
    expect(way).toEqual([10_000, 9500, 9000, 10_000, 11_000, 10_500]);
    expect(ticksAt(replayed([bitcoin], 240), 'BTC-USD', 1)).toBe(20_000);
  });
});

describe('a file of candles', () => {
  const sound = '2023-03-10 00:00:00+00:00,100,110,90,105,1';

  it.each([
    ['BTC-USD.csv', ['open_time,open,high,low,volume', sound], 'line 1: no column close'],
    ['BTC-USD.csv', [header], 'there is no candle in it'],
    ['BTC-USD.csv', [header, sound, ''.padEnd(3, ',')], 'line 3'],
    ['BTC-USD.csv', [header, sound, sound], 'line 3: open_time 2023-03-10 00:00:00+00:00 is not after the one before'],
    ['BTC-USD.csv', [header, sound.replace('+00:00', '')], 'line 2: open_time "2023-03-10 00:00:00" is no time like'],
    ['BTC-USD.csv', [header, sound.replace('03-10', '13-10')], 'line 2: open_time "2023-13-10'],
    ['BTC-USD.csv', [header, sound.replace('110', '1e2')], 'line 2: high "1e2" is no price of this market'],
    ['BTC-USD.csv', [header, sound.replace('90', '101')], 'line 2: low is above open or close'],
    ['BTC-USD.csv', [header, sound.replace('110', '104')], 'line 2: high is below open or close'],
    ['DOGE-USD.csv', [header, sound], 'its name begins with "DOGE-USD", which is no market of this venue (BTC-USD,'],
  ])('%s of %j is refused', (name, lines, sentence) => {
    const path = candleFile(name, ...lines);
    expect(() => replayed([path])).toThrow(expect.objectContaining({ name: 'CandleFileInvalid' }));
    expect(() => replayed([path])).toThrow(sentence);
  });

  it('is refused beside another one of the same market', () => {
    const files = ['BTC-USD.a.csv', 'BTC-USD.b.csv'].map((name) => candleFile(name, header, sound));
    expect(() => replayed(files)).toThrow('another file is already about BTC-USD');
  });
});

const recorded = ['BTC-USD', 'BTC-USDT'].map((symbol) => `../shared/market-data/${symbol}.1m.2023-03-10_12.csv`);
const present = recorded.every((file) => existsSync(file));
if (!present) console.warn('The specs of the recorded hours are skipped: ../shared/market-data is not there.');

(present ? describe : describe.skip)('the recorded hours of ../shared/market-data', () => {
  it.each(recorded)('%s is touched at every open, high, low and close', (file) => {
    const source = replayed(recorded);
    const market = venue.markets.find(({ symbol }) => file.includes(`${symbol}.1m`))!;
    const scale = { tickSize: Number(market.tickSize), quoteScale: 8, maxTicks: Number.MAX_SAFE_INTEGER };
    const candles = readCandleFile(file, scale);
    expect(candles).toHaveLength(72 * 60);
    for (let number = 0; number < candles.length; number += 97) {
      const way = minute(source, market.symbol, number);
      const { open, high, low, close } = candles[number]!;
      expect([way[0], Math.max(...way), Math.min(...way), way[59]]).toEqual([open, high, low, close]);
    }
  });
});
