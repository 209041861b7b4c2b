import { isDeepStrictEqual } from 'node:util';
import type { Exchange } from '../../engine/exchange.js';
import { type Quotes, quotesOf, type TickerView, tickerView } from '../../matching/market-data-views.js';
import type { Portion } from './market-feed.js';
import { RefreshedFeed } from './refreshed-feed.js';

export interface TickerContents {
  readonly ticker: TickerView;
}

/** One market at a glance, whenever that is different. */
export class TickerFeed extends RefreshedFeed<TickerContents, Quotes> {
  readonly channel = 'ticker';
  private ticker: TickerView | undefined = undefined;

  whole(): Portion<TickerContents> {
    return this.portion('snapshot');
  }

  since(): Portion<TickerContents> {
    return this.portion('update');
  }

  newest(): Portion<TickerContents> {
    return this.portion('update');
  }

  protected look(exchange: Exchange): Quotes {
    return quotesOf(exchange.market(this.symbol)!, this.venue.now());
  }

  protected async takeIn(quotes: Quotes): Promise<boolean> {
    const { symbol } = this;
    const { queries } = this.venue;
    const [trades, day] = await Promise.all([queries.trades({ symbol, limit: 1 }), queries.day(symbol, quotes.time)]);
    const ticker = tickerView(quotes, trades.items[0], day);
    // That time goes on is nothing to tell of.
    if (isDeepStrictEqual({ ...this.ticker, time: ticker.time }, ticker)) return false;
    this.ticker = ticker;
    return true;
  }

  private portion(type: 'snapshot' | 'update'): Portion<TickerContents> {
    const { sequence: firstSequence } = this.position!;
    return { type, firstSequence, isConflated: false, contents: { ticker: this.ticker! } };
  }
}
