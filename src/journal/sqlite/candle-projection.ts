import { type Amount, amountMax } from '../../engine/money.js';
import type { CandleInterval } from '../queries.js';
import type { Database } from './database.js';

const minuteMs = 60_000;

export const candleIntervalsMs: Readonly<Record<CandleInterval, number>> = {
  '1m': minuteMs,
  '5m': 5 * minuteMs,
  '1h': 60 * minuteMs,
  '1d': 1440 * minuteMs,
};

interface Minute {
  readonly symbol: string;
  readonly openTime: number;
  readonly open: Amount;
  high: Amount;
  low: Amount;
  close: Amount;
  volume: Amount;
  quoteVolume: Amount;
  tradeCount: number;
}

/** Volumes stop at the largest integer that SQLite can hold: a busy day must not stop the journal. */
const upsertCandle = `INSERT INTO candles
  (symbol, interval, open_time, open, high, low, close, volume, quote_volume, trade_count)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (symbol, interval, open_time) DO UPDATE SET
    high = max(high, excluded.high),
    low = min(low, excluded.low),
    close = excluded.close,
    volume = volume + min(excluded.volume, 9223372036854775807 - volume),
    quote_volume = quote_volume + min(excluded.quote_volume, 9223372036854775807 - quote_volume),
    trade_count = trade_count + excluded.trade_count`;

/** Candles of the market price. A batch is gathered by the minute first, so that it costs few rows however many trades it has. */
export class CandleProjection {
  private readonly minutes = new Map<string, Minute>();

  constructor(private readonly database: Database) {}

  priced(time: number, symbol: string, price: Amount): void {
    this.minute(time, symbol, price);
  }

  traded(time: number, symbol: string, price: Amount, quantity: Amount, notional: Amount): void {
    const minute = this.minute(time, symbol, price);
    minute.volume = sumWithinMax(minute.volume, quantity);
    minute.quoteVolume = sumWithinMax(minute.quoteVolume, notional);
    minute.tradeCount += 1;
  }

  flush(): void {
    const statement = this.database.statement(upsertCandle);
    for (const minute of this.minutes.values()) {
      const { symbol, openTime, open, high, low, close, volume, quoteVolume, tradeCount } = minute;
      for (const [interval, intervalMs] of Object.entries(candleIntervalsMs)) {
        const start = openTime - (openTime % intervalMs);
        statement.run(symbol, interval, start, open, high, low, close, volume, quoteVolume, tradeCount);
      }
    }
    this.minutes.clear();
  }

  forget(): void {
    this.minutes.clear();
  }

  private minute(time: number, symbol: string, price: Amount): Minute {
    const openTime = time - (time % minuteMs);
    const key = `${symbol} ${openTime}`;
    let minute = this.minutes.get(key);
    if (minute === undefined) {
      const start = { open: price, high: price, low: price, close: price };
      minute = { symbol, openTime, ...start, volume: 0n, quoteVolume: 0n, tradeCount: 0 };
      this.minutes.set(key, minute);
      return minute;
    }
    if (price > minute.high) minute.high = price;
    if (price < minute.low) minute.low = price;
    minute.close = price;
    return minute;
  }
}

function sumWithinMax(volume: Amount, more: Amount): Amount {
  const sum = volume + more;
  return sum < amountMax ? sum : amountMax;
}
