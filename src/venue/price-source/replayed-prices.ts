import assert from 'node:assert/strict';
import type { ReferencePrice } from '../../engine/command.js';
import { type Candle, CandleFileInvalid, readCandleFile, symbolOfCandleFile } from './candle-file.js';
import type { PricedMarket, PriceSource } from './price-source.js';

/** What is replayed, and how fast. */
export interface Replay {
  /** Paths of candle files, one market each. */
  readonly files: readonly string[];
  /** How many times faster than recorded. */
  readonly speed: number;
  readonly beatMs: number;
}

/**
 * Recorded candles, played from the earliest of all files on. A candle is gone through from its open over
 * its low and its high (the other way round if it closed below its open) to its close, which is reached at
 * its last beat: where a third of a candle is a whole number of beats, the path touches all four prices.
 *
 * A market before its first candle stands at that candle's open, in a gap and after its last candle at the
 * close before it, and a market without a file at the price that it starts from.
 */
export class ReplayedPrices implements PriceSource {
  private readonly recordings: ReadonlyMap<string, Recording>;
  private readonly startTime: number;
  private readonly stepMs: number;

  /** Throws `CandleFileInvalid` for a file that cannot be replayed in these markets. */
  constructor(
    private readonly markets: readonly PricedMarket[],
    replay: Replay,
  ) {
    assert(replay.files.length > 0 && replay.speed > 0);
    this.stepMs = replay.beatMs * replay.speed;
    const recordings = new Map<string, Recording>();
    for (const file of replay.files) {
      const { symbol, candles } = this.read(file);
      if (recordings.has(symbol)) throw new CandleFileInvalid(`${file}: another file is already about ${symbol}`);
      recordings.set(symbol, new Recording(candles, this.stepMs));
    }
    this.recordings = recordings;
    this.startTime = Math.min(...[...recordings.values()].map((recording) => recording.startTime));
  }

  pricesAt(beat: number): readonly ReferencePrice[] {
    const time = this.startTime + beat * this.stepMs;
    return this.markets.map(({ instrument: { symbol }, initialTicks }) => ({
      symbol,
      priceTicks: this.recordings.get(symbol)?.ticksAt(time) ?? initialTicks,
    }));
  }

  private read(file: string): { symbol: string; candles: readonly Candle[] } {
    const symbol = symbolOfCandleFile(file);
    const market = this.markets.find(({ instrument }) => instrument.symbol === symbol);
    if (market === undefined) {
      const symbols = this.markets.map(({ instrument }) => instrument.symbol).join(', ');
      throw new CandleFileInvalid(
        `${file}: its name begins with ${JSON.stringify(symbol)}, which is no market of this venue (${symbols})`,
      );
    }
    return { symbol, candles: readCandleFile(file, market.instrument) };
  }
}

/** One market's candles and the way through them. */
class Recording {
  readonly startTime: number;
  private readonly lengthMs: number;
  private readonly lastMs: number;

  constructor(
    private readonly candles: readonly Candle[],
    stepMs: number,
  ) {
    this.startTime = candles[0]!.openTime;
    this.lengthMs = lengthOf(candles);
    this.lastMs = this.lengthMs - Math.min(stepMs, this.lengthMs / 4);
  }

  ticksAt(time: number): number {
    const candle = this.candles[this.indexAt(time)];
    if (candle === undefined) return this.candles[0]!.open;
    return ticksOnTheWay(corners(candle, this.lengthMs, this.lastMs), time - candle.openTime);
  }

  /** The last candle that is open by then; -1 before the first. */
  private indexAt(time: number): number {
    let [before, after] = [-1, this.candles.length];
    while (after - before > 1) {
      const middle = (before + after) >>> 1;
      if (this.candles[middle]!.openTime <= time) before = middle;
      else after = middle;
    }
    return before;
  }
}

interface Corner {
  readonly offsetMs: number;
  readonly ticks: number;
}

function corners(candle: Candle, lengthMs: number, lastMs: number): readonly Corner[] {
  const { open, high, low, close } = candle;
  const [first, second] = close >= open ? [low, high] : [high, low];
  return [
    { offsetMs: 0, ticks: open },
    { offsetMs: lengthMs / 3, ticks: first },
    { offsetMs: (lengthMs * 2) / 3, ticks: second },
    { offsetMs: lastMs, ticks: close },
  ];
}

function ticksOnTheWay(way: readonly Corner[], offsetMs: number): number {
  const next = way.findIndex((corner) => corner.offsetMs > offsetMs);
  if (next === -1) return way.at(-1)!.ticks;
  const [from, to] = [way[next - 1]!, way[next]!];
  const part = (offsetMs - from.offsetMs) / (to.offsetMs - from.offsetMs);
  return Math.round(from.ticks + (to.ticks - from.ticks) * part);
}

/** Candles may be missing, so the shortest distance between two of them is how long one is. */
function lengthOf(candles: readonly Candle[]): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let index = 1; index < candles.length; index += 1) {
    shortest = Math.min(shortest, candles[index]!.openTime - candles[index - 1]!.openTime);
  }
  return Number.isFinite(shortest) ? shortest : minuteMs;
}

const minuteMs = 60_000;
