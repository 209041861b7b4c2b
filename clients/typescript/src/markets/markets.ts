import type { CallOptions } from '../client-options.js';
import type { Listing, Page, PageQuery } from '../rest/listing.js';
import type { RestTransport } from '../rest/rest-transport.js';
import type { Time } from '../words.js';
import type { Book, Candle, CandleInterval, Market, Ticker, Trade } from './market.js';

export interface BookQuery {
  /** How many prices of each side at most, from 1 to 500; by default 20. */
  readonly depth?: number;
}

export interface CandlesQuery extends PageQuery {
  readonly interval: CandleInterval;
  /** Only candles that begin then or later. */
  readonly from?: Time;
  /** Only candles that begin before. */
  readonly to?: Time;
}

export class Markets {
  constructor(private readonly rest: RestTransport) {}

  async list(options?: CallOptions): Promise<readonly Market[]> {
    return (await this.rest.get<Page<Market>>(['markets'], undefined, options)).items;
  }

  get(symbol: string, options?: CallOptions): Promise<Market> {
    return this.rest.get(['markets', symbol], undefined, options);
  }

  ticker(symbol: string, options?: CallOptions): Promise<Ticker> {
    return this.rest.get(['markets', symbol, 'ticker'], undefined, options);
  }

  book(symbol: string, query?: BookQuery, options?: CallOptions): Promise<Book> {
    return this.rest.get(['markets', symbol, 'book'], query, options);
  }

  /** Newest first. */
  trades(symbol: string, query?: PageQuery, options?: CallOptions): Listing<Trade> {
    return this.rest.list(['markets', symbol, 'trades'], query, options);
  }

  /** Newest first; an interval without any price has no candle. */
  candles(symbol: string, query: CandlesQuery, options?: CallOptions): Listing<Candle> {
    return this.rest.list(['markets', symbol, 'candles'], query, options);
  }
}
