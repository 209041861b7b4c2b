import { Injectable } from '@nestjs/common';
import { marketIn } from '../../edge/directory.js';
import type { Outlet, StreamSource, Subscription } from '../../edge/stream.js';
import { StreamFaults } from '../../edge/stream-faults.js';
import type { JournalRecord } from '../../journal/journal.js';
import type { CandleInterval } from '../../journal/queries.js';
import { Venue } from '../../venue/venue.js';
import type { CommittedBatch, VenueObserver } from '../../venue/venue-observer.js';
import { BookFeed } from './book-feed.js';
import { CandlesFeed } from './candles-feed.js';
import { FanOut } from './fan-out.js';
import type { LiveFeed } from './market-feed.js';
import type { MarketMessageView } from './market-message-views.js';
import { type FollowBook, type FollowMarket, lookUpMsDefault, type WatchMarket } from './market-stream-requests.js';
import { MergedSource } from './merged-source.js';
import { TickerFeed } from './ticker-feed.js';
import { TradesFeed } from './trades-feed.js';

export type MarketSource = StreamSource<MarketMessageView>;

/** Makes a feed of a market; the last argument is called when nobody reads it any more. */
type MakeFeed<Feed extends LiveFeed> = (fanOut: FanOut, onEmpty: () => void) => Feed;

/**
 * What is told of the markets while they are read. Whatever somebody reads is followed once, for all its readers;
 * what nobody reads costs the venue a comparison for each command. Nothing is told before it is durable, and the
 * answers of a commit leave before what it has to tell is looked at.
 */
@Injectable()
export class MarketStreams implements VenueObserver {
  private readonly feeds = new Map<string, LiveFeed>();
  private readonly fanOut = new FanOut();
  /** Durable, and not told to the feeds yet. */
  private untold: JournalRecord[] = [];

  constructor(
    private readonly venue: Venue,
    private readonly faults: StreamFaults = new StreamFaults(),
  ) {
    venue.observe(this);
  }

  /** Throws a `Problem` for a market that is not there, as all of these do. */
  book({ symbol, conflateMs = 0, checksum = false }: FollowBook): MarketSource {
    return this.source('book', symbol, conflateMs, (outlet) => {
      const feed = this.feed(`book ${symbol}`, (...shared) => new BookFeed(this.venue, symbol, ...shared));
      return checksum
        ? feed.subscribe(outlet, conflateMs, feed.checked, 'checked')
        : feed.subscribe(outlet, conflateMs);
    });
  }

  trades({ symbol, conflateMs = 0 }: FollowMarket): MarketSource {
    return this.source('trades', symbol, conflateMs, (outlet) =>
      this.feed(`trades ${symbol}`, (...shared) => new TradesFeed(this.venue, symbol, ...shared)).subscribe(
        outlet,
        conflateMs,
      ),
    );
  }

  ticker({ symbol, conflateMs = lookUpMsDefault }: WatchMarket): MarketSource {
    return this.source('ticker', symbol, conflateMs, (outlet) =>
      this.feed(`ticker ${symbol}`, (...shared) => new TickerFeed(this.venue, symbol, ...shared)).subscribe(
        outlet,
        conflateMs,
      ),
    );
  }

  /** The tickers of some markets, or of all there are now, in one stream. */
  tickers(symbols: readonly string[] = [], conflateMs?: number): MarketSource {
    const wanted = symbols.length > 0 ? symbols : [...this.venue.exchange.markets.keys()];
    return new MergedSource(wanted.map((symbol) => this.ticker({ symbol, conflateMs })));
  }

  candles({ symbol, conflateMs = lookUpMsDefault }: WatchMarket, interval: CandleInterval): MarketSource {
    return this.source('candles', symbol, conflateMs, (outlet) =>
      this.feed(
        `candles ${interval} ${symbol}`,
        (...shared) => new CandlesFeed(this.venue, symbol, interval, ...shared),
      ).subscribe(outlet, conflateMs),
    );
  }

  executed(record: JournalRecord): void {
    if (this.feeds.size === 0) return;
    for (const feed of this.feeds.values()) feed.executed(record);
  }

  committed({ records }: CommittedBatch): void {
    if (this.feeds.size === 0) return;
    if (this.untold.length === 0) setImmediate(() => this.tellFeeds());
    this.untold.push(...records);
  }

  private tellFeeds(): void {
    const records = this.untold;
    this.untold = [];
    for (const feed of this.feeds.values()) feed.committed(records);
  }

  private source(
    channel: string,
    symbol: string,
    conflateMs: number,
    open: (outlet: Outlet<MarketMessageView>) => Subscription,
  ): MarketSource {
    marketIn(this.venue.exchange, symbol);
    return this.faults.around({ acknowledgement: { conflateMs }, open }, { channel, symbol });
  }

  /** The feed that is read already, or a new one. */
  private feed<Feed extends LiveFeed>(key: string, make: MakeFeed<Feed>): Feed {
    const known = this.feeds.get(key);
    // Each kind of feed has keys of its own.
    if (known !== undefined) return known as Feed;
    const feed = make(this.fanOut, () => this.feeds.delete(key));
    this.feeds.set(key, feed);
    feed.start();
    return feed;
  }
}
