import { Injectable } from '@nestjs/common';
import { marketIn } from '../edge/directory.js';
import { type PageAnswer, type PageRequest, pageAnswer, pageQuery } from '../edge/page.js';
import { Venue } from '../venue/venue.js';
import { type BookRequest, bookDepthDefault, type CandlesRequest } from './market-data-requests.js';
import {
  type BookView,
  bookLevelView,
  type CandleView,
  candleView,
  type MarketView,
  marketView,
  quotesOf,
  type TickerView,
  type TradeView,
  tickerView,
  tradeView,
} from './market-data-views.js';

/** What everybody may know of the markets, for REST and gRPC alike. Nothing of it is newer than what is durable. */
@Injectable()
export class MarketDataService {
  constructor(private readonly venue: Venue) {}

  /** In the order of the configuration; there are few, so they are always one page. */
  async markets(): Promise<PageAnswer<MarketView>> {
    const items = await this.venue.read(({ markets }) => [...markets.values()].map(marketView));
    return { items, nextCursor: null };
  }

  market(symbol: string): Promise<MarketView> {
    return this.venue.read((exchange) => marketView(marketIn(exchange, symbol)));
  }

  async ticker(symbol: string): Promise<TickerView> {
    const quotes = await this.venue.read((exchange) => quotesOf(marketIn(exchange, symbol), this.venue.now()));
    const { queries } = this.venue;
    const [trades, day] = await Promise.all([queries.trades({ symbol, limit: 1 }), queries.day(symbol, quotes.time)]);
    return tickerView(quotes, trades.items[0], day);
  }

  book(symbol: string, { depth = bookDepthDefault }: BookRequest): Promise<BookView> {
    return this.venue.read((exchange) => {
      const { instrument } = marketIn(exchange, symbol);
      return {
        symbol,
        sequence: exchange.sequence,
        bids: exchange.depth(symbol, 'BUY', depth).map((level) => bookLevelView(level, instrument)),
        asks: exchange.depth(symbol, 'SELL', depth).map((level) => bookLevelView(level, instrument)),
      };
    });
  }

  async trades(symbol: string, request: PageRequest): Promise<PageAnswer<TradeView>> {
    const { instrument } = marketIn(this.venue.exchange, symbol);
    const query = { ...pageQuery('trades', request), symbol };
    await this.venue.durable();
    return pageAnswer('trades', await this.venue.queries.trades(query), (trade) => tradeView(trade, instrument));
  }

  /** The next page is what begins before the oldest candle of this one. */
  async candles(symbol: string, request: CandlesRequest): Promise<PageAnswer<CandleView>> {
    const { instrument } = marketIn(this.venue.exchange, symbol);
    const { limit, cursor } = pageQuery('candles', request);
    const from = request.from === undefined ? undefined : Date.parse(request.from);
    const to = cursor ?? (request.to === undefined ? undefined : Date.parse(request.to));
    await this.venue.durable();
    const page = await this.venue.queries.candles({ symbol, interval: request.interval, limit, from, to });
    return pageAnswer('candles', page, (candle) => candleView(candle, instrument));
  }
}
