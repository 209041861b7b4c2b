import { Injectable } from '@nestjs/common';
import { candleIntervals } from '../../matching/market-data-requests.js';
import { Channels } from '../websocket/channels.js';
import { BookMessageView, CandlesMessageView, TickerMessageView, TradesMessageView } from './market-message-views.js';
import { FollowBook, FollowMarket, WatchMarket } from './market-stream-requests.js';
import { MarketStreams } from './market-streams.js';

/** The channels of market data over WebSocket. */
@Injectable()
export class MarketChannels {
  constructor(channels: Channels, streams: MarketStreams) {
    const keyFields = ['symbol'] as const;
    channels.add<FollowBook>('market', {
      name: 'book',
      description:
        'The order book: a snapshot, then what changes. Prices have absolute quantities; `0` takes a price away.',
      message: BookMessageView,
      request: FollowBook,
      keyFields,
      source: (request) => streams.book(request),
    });
    channels.add<FollowMarket>('market', {
      name: 'trades',
      description: 'Every trade: the last ones, then each as it happens.',
      message: TradesMessageView,
      request: FollowMarket,
      keyFields,
      source: (request) => streams.trades(request),
    });
    channels.add<WatchMarket>('market', {
      name: 'ticker',
      description: 'The market at a glance, when it changed, at most every `conflateMs`.',
      message: TickerMessageView,
      request: WatchMarket,
      keyFields,
      source: (request) => streams.ticker(request),
    });
    for (const interval of candleIntervals) {
      channels.add<WatchMarket>('market', {
        name: `candles:${interval}`,
        description: 'Candles, when they changed, at most every `conflateMs`.',
        message: CandlesMessageView,
        request: WatchMarket,
        keyFields,
        source: (request) => streams.candles(request, interval),
      });
    }
  }
}
