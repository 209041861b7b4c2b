import type { MarketDefinition } from '../../engine/instrument.js';
import { decodeVenue } from '../record-codec.js';
import type { Database } from './database.js';

const selectVenue = `SELECT value FROM meta WHERE key = 'venue'`;

/** What markets trade in, and in which steps. Once a market is listed that never changes, so it is read once. */
export class KnownMarkets {
  private readonly markets = new Map<string, MarketDefinition>();
  readonly of = (symbol: string): MarketDefinition => {
    const market = this.markets.get(symbol) ?? this.read().get(symbol);
    if (market === undefined) throw new Error(`an event names the market ${symbol}, which no definition listed`);
    return market;
  };

  constructor(private readonly database: Database) {}

  /** After a rollback: what was read may have gone with it. */
  forget(): void {
    this.markets.clear();
  }

  private read(): ReadonlyMap<string, MarketDefinition> {
    const stored = this.database.statement(selectVenue).get();
    const markets = stored === undefined ? [] : decodeVenue(stored.value as string).markets;
    for (const market of markets) this.markets.set(market.symbol, market);
    return this.markets;
  }
}
