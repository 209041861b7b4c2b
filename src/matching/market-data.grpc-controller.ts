import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../edge/access.js';
import type { PageAnswer } from '../edge/page.js';
import { Payload } from '../edge/parameters.js';
import { MarketDataService } from './market-data.service.js';
import { BookMessage, ListCandlesMessage, ListTradesMessage, MarketMessage } from './market-data-requests.js';
import type { BookLevelView, BookView, CandleView, MarketView, TickerView, TradeView } from './market-data-views.js';

const service = 'MarketDataService';

interface BookLevelMessage {
  readonly price: string;
  readonly quantity: string;
}

type BookAnswer = Omit<BookView, 'bids' | 'asks'> & { bids: BookLevelMessage[]; asks: BookLevelMessage[] };

/** The same as REST; protobuf has no pairs, so a level of the book is a message. */
@Access('public')
@Controller()
export class MarketDataGrpcController {
  constructor(private readonly marketData: MarketDataService) {}

  @GrpcMethod(service, 'ListMarkets')
  listMarkets(): Promise<PageAnswer<MarketView>> {
    return this.marketData.markets();
  }

  @GrpcMethod(service, 'GetTicker')
  async getTicker(@Payload() { symbol }: MarketMessage): Promise<{ ticker: TickerView }> {
    return { ticker: await this.marketData.ticker(symbol) };
  }

  @GrpcMethod(service, 'GetOrderBook')
  async getOrderBook(@Payload() request: BookMessage): Promise<BookAnswer> {
    const { bids, asks, ...book } = await this.marketData.book(request.symbol, request);
    return { ...book, bids: bids.map(levelMessage), asks: asks.map(levelMessage) };
  }

  @GrpcMethod(service, 'ListTrades')
  listTrades(@Payload() request: ListTradesMessage): Promise<PageAnswer<TradeView>> {
    return this.marketData.trades(request.symbol, request);
  }

  @GrpcMethod(service, 'ListCandles')
  listCandles(@Payload() request: ListCandlesMessage): Promise<PageAnswer<CandleView>> {
    return this.marketData.candles(request.symbol, request);
  }
}

function levelMessage([price, quantity]: BookLevelView): BookLevelMessage {
  return { price, quantity };
}
