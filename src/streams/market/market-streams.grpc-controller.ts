import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../../edge/access.js';
import { GrpcStream, type StreamForm } from '../../edge/grpc-stream.js';
import { Payload } from '../../edge/parameters.js';
import type { BookLevelView } from '../../matching/market-data-views.js';
import type { BookMessageView, MarketMessageView } from './market-message-views.js';
import { FollowBook, FollowMarket, WatchCandlesMessage, WatchTickersMessage } from './market-stream-requests.js';
import { MarketStreams } from './market-streams.js';

const service = 'MarketDataService';

/** The messages of WebSocket, each in the field of the response that is named for it. */
function formOf(field: string, contents: (view: MarketMessageView) => object = (view) => view): StreamForm {
  return {
    message: (view) => {
      const message = view as MarketMessageView;
      return { [field]: { ...contents(message), type: message.type.toUpperCase() } };
    },
    heartbeat: (heartbeat) => ({ heartbeat }),
  };
}

/** Protobuf has no pairs, so a level of the book is a message. */
function bookContents(view: MarketMessageView): object {
  const { bids, asks } = view as BookMessageView;
  const levels = (side: readonly BookLevelView[]) => side.map(([price, quantity]) => ({ price, quantity }));
  return { ...view, bids: levels(bids), asks: levels(asks) };
}

const bookForm = formOf('book', bookContents);
const tradesForm = formOf('trades');
const tickerForm = formOf('ticker');
const candlesForm = formOf('candles');

/** The same streams as over WebSocket. */
@Access('public')
@Controller()
export class MarketStreamsGrpcController {
  constructor(private readonly streams: MarketStreams) {}

  @GrpcMethod(service, 'StreamBook')
  streamBook(@Payload() request: FollowBook): GrpcStream {
    return new GrpcStream(this.streams.book(request), bookForm);
  }

  @GrpcMethod(service, 'StreamTrades')
  streamTrades(@Payload() request: FollowMarket): GrpcStream {
    return new GrpcStream(this.streams.trades(request), tradesForm);
  }

  @GrpcMethod(service, 'StreamTickers')
  streamTickers(@Payload() { symbols, conflateMs }: WatchTickersMessage): GrpcStream {
    return new GrpcStream(this.streams.tickers(symbols, conflateMs), tickerForm);
  }

  @GrpcMethod(service, 'StreamCandles')
  streamCandles(@Payload() { interval, ...request }: WatchCandlesMessage): GrpcStream {
    return new GrpcStream(this.streams.candles(request, interval), candlesForm);
  }
}
