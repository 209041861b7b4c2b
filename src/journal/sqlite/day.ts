import type { CandleRow, DayRow } from '../queries.js';

/** One candle out of many, which are given oldest first. */
export function dayOfMinutes(minutes: readonly CandleRow[]): DayRow | undefined {
  const [first] = minutes;
  const last = minutes.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let { high, low } = first;
  let volume = 0n;
  let quoteVolume = 0n;
  let tradeCount = 0;
  for (const minute of minutes) {
    if (minute.high > high) high = minute.high;
    if (minute.low < low) low = minute.low;
    volume += minute.volume;
    quoteVolume += minute.quoteVolume;
    tradeCount += minute.tradeCount;
  }
  return { open: first.open, high, low, close: last.close, volume, quoteVolume, tradeCount };
}
