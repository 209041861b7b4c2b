import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { type TickScale, ticksOfDecimal } from './ticks.js';

/** One recorded candle: when it opens, in milliseconds since 1970, and its prices in ticks. */
export interface Candle {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** A file of candles cannot be replayed; the message names the file, the line and what is wrong there. */
export class CandleFileInvalid extends Error {
  override readonly name = 'CandleFileInvalid';
}

/** The largest file that is read: more than a year of one-minute candles. */
export const candleFileBytesMax = 64 * 1024 * 1024;

/** The market that a file is about: what its name says before the first dot, as in `BTC-USD.1m.2023-03-10_12.csv`. */
export function symbolOfCandleFile(path: string): string {
  return basename(path).split('.')[0]!;
}

/**
 * Reads a CSV file with the columns `open_time` (ISO 8601 with its offset from UTC), `open`, `high`, `low`,
 * `close` (plain decimals, rounded to the tick here, once) and `volume`, which is not replayed. Its candles
 * must be in order of time. Throws `CandleFileInvalid`.
 */
export function readCandleFile(path: string, scale: TickScale): readonly Candle[] {
  const { size } = statSync(path);
  if (size > candleFileBytesMax) throw new CandleFileInvalid(`${path}: more than ${candleFileBytesMax} bytes`);
  const candles: Candle[] = [];
  for (const { record, info } of rowsOf(path)) {
    const fault = (text: string) => new CandleFileInvalid(`${path}, line ${info.lines}: ${text}`);
    const candle = candleOf(record, scale, fault);
    if (candle.openTime <= (candles.at(-1)?.openTime ?? Number.NEGATIVE_INFINITY)) {
      throw fault(`open_time ${record.open_time} is not after the one before it`);
    }
    candles.push(candle);
  }
  if (candles.length === 0) throw new CandleFileInvalid(`${path}: there is no candle in it`);
  return candles;
}

const columns = ['open_time', 'open', 'high', 'low', 'close', 'volume'] as const;

interface Row {
  readonly record: Readonly<Record<(typeof columns)[number], string>>;
  readonly info: { readonly lines: number };
}

function rowsOf(path: string): readonly Row[] {
  try {
    const header = (names: string[]) => {
      const missing = columns.filter((column) => !names.includes(column));
      if (missing.length > 0) throw new CandleFileInvalid(`${path}, line 1: no column ${missing.join(', ')}`);
      return names;
    };
    return parse(readFileSync(path), { bom: true, columns: header, info: true, skip_empty_lines: true }) as Row[];
  } catch (error) {
    if (error instanceof CsvError) throw new CandleFileInvalid(`${path}: ${error.message}`);
    throw error;
  }
}

function candleOf(record: Row['record'], scale: TickScale, fault: (text: string) => Error): Candle {
  const price = (column: 'open' | 'high' | 'low' | 'close') => {
    const ticks = ticksOfDecimal(record[column], scale);
    if (ticks === undefined) throw fault(`${column} ${JSON.stringify(record[column])} is no price of this market`);
    return ticks;
  };
  const candle = {
    openTime: timeOf(record.open_time),
    open: price('open'),
    high: price('high'),
    low: price('low'),
    close: price('close'),
  };
  if (Number.isNaN(candle.openTime)) {
    throw fault(`open_time ${JSON.stringify(record.open_time)} is no time like 2023-03-10 00:00:00+00:00`);
  }
  if (candle.low > Math.min(candle.open, candle.close)) throw fault('low is above open or close');
  if (candle.high < Math.max(candle.open, candle.close)) throw fault('high is below open or close');
  return candle;
}

/** A time without its offset from UTC would be read in the zone of this machine, so it is none here. */
function timeOf(text: string): number {
  const form = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})$/.exec(text);
  return form === null ? Number.NaN : Date.parse(`${form[1]}T${form[2]}${form[3]}`);
}
