import { ApiKeys } from './access/api-keys.js';
import type { AccountEvent } from './accounts/account-event.js';
import { AccountEventReader, type AccountEventsQuery } from './accounts/account-event-reader.js';
import { Accounts } from './accounts/accounts.js';
import { type ClientOptions, defaults } from './client-options.js';
import { BookReader } from './markets/book-reader.js';
import type { MarketChannel, MarketMessage, MarketSubscription } from './markets/market-message.js';
import { MarketStreamReader } from './markets/market-stream-reader.js';
import { Markets } from './markets/markets.js';
import type { OrderBook } from './markets/order-book.js';
import { Orders } from './orders/orders.js';
import { RestTransport } from './rest/rest-transport.js';
import { Risk } from './risk/risk.js';
import { Settlements } from './settlement/settlements.js';
import { LiveStream, type StreamOptions } from './streams/live-stream.js';
import type { StreamReader } from './streams/stream-reader.js';
import { platformWebSocket } from './streams/web-socket.js';

export interface AccountEventsOptions extends AccountEventsQuery, StreamOptions {}

export interface BookStreamOptions extends StreamOptions {
  /** At most one change in so many milliseconds. */
  readonly conflateMs?: number;
}

/** An exchange, over REST and WebSocket. */
export class ExchangeClient {
  readonly accounts: Accounts;
  readonly orders: Orders;
  readonly markets: Markets;
  readonly apiKeys: ApiKeys;
  readonly risk: Risk;
  readonly settlements: Settlements;

  constructor(private readonly options: ClientOptions = {}) {
    const rest = new RestTransport(options);
    this.accounts = new Accounts(rest);
    this.orders = new Orders(rest);
    this.markets = new Markets(rest);
    this.apiKeys = new ApiKeys(rest);
    this.risk = new Risk(rest);
    this.settlements = new Settlements(rest);
  }

  /** Market data: a snapshot of each subscription, then its updates; after an interruption a snapshot again. */
  marketStream<Channel extends MarketChannel>(
    subscriptions: MarketSubscription<Channel> | readonly MarketSubscription<Channel>[],
    options?: StreamOptions,
  ): LiveStream<MarketMessage<Channel>> {
    return this.stream(new MarketStreamReader<Channel>([subscriptions].flat()), options);
  }

  /** The whole book of a market, checked: the same object after each change of it. */
  bookStream(symbol: string, options: BookStreamOptions = {}): LiveStream<OrderBook> {
    return this.stream(new BookReader(symbol, options.conflateMs), options);
  }

  /**
   * What happens to an account: each event once, in order, across all interruptions. With `cancelOnDisconnect` the
   * exchange cancels the account's orders when this stream is gone, also when the loop over it was left.
   */
  accountEvents(accountId: string, options: AccountEventsOptions = {}): LiveStream<AccountEvent> {
    return this.stream(new AccountEventReader(accountId, options), options);
  }

  private stream<Item>(reader: StreamReader<Item>, options: StreamOptions | undefined): LiveStream<Item> {
    const { address = defaults.address, token, webSocket = platformWebSocket() } = this.options;
    const { href } = new URL(address);
    // ws: for http:, and wss: for https:.
    const socketAddress = href.replace(/^http/, 'ws').replace(/\/+$/, '');
    return new LiveStream(reader, { address: socketAddress, token, webSocket }, options);
  }
}
