import { setTimeout as pause } from 'node:timers/promises';
import { discrepancy } from '../crash/discrepancy.js';
import { ExchangeProcess, type ServerCommand } from '../crash/exchange-process.js';
import { openAccounts } from '../crash/funded-accounts.js';
import type { Random } from '../crash/random.js';
import { RestClient } from '../crash/rest-client.js';
import { type FollowerCounts, nextDropMs } from './book-follower.js';
import { MarketSession } from './market-session.js';
import { RandomTrader, type TradedMarket, type TraderCounts } from './random-trader.js';

export interface StreamCheckOptions {
  readonly server: ServerCommand;
  readonly seconds: number;
  readonly traders: number;
  /** Whether messages are lost now and then on the way to the one who rebuilds the books. */
  readonly drops: boolean;
  readonly random: Random;
  /** Called every few seconds. */
  onProgress(summary: StreamCheckSummary): void;
}

export type StreamCheckSummary = FollowerCounts &
  TraderCounts & { readonly seconds: number; readonly heartbeats: number };

/** The settings that a server is checked with: much happens in its books. */
export const streamCheckEnvironment = {
  ...{ LIQUIDITY: 'realistic', PRICE_SOURCE: 'simulated', PRICE_INTERVAL_MS: '200' },
  ...{ STREAM_HEARTBEAT_MS: '500', LOG_LEVEL: 'warn' },
} as const;

/** Five markets, and for each the size of a small order. */
const markets = [
  { symbol: 'BTC-USD', tickDecimals: 2, quantity: 0.01, quantityDecimals: 5 },
  { symbol: 'ETH-USD', tickDecimals: 2, quantity: 0.2, quantityDecimals: 4 },
  { symbol: 'BTC-USDT', tickDecimals: 2, quantity: 0.01, quantityDecimals: 5 },
  { symbol: 'ETH-USDT', tickDecimals: 2, quantity: 0.2, quantityDecimals: 4 },
  { symbol: 'ETH-BTC', tickDecimals: 5, quantity: 0.2, quantityDecimals: 4 },
] as const;
const funds = { USD: '100000000', USDT: '100000000', BTC: '5000', ETH: '50000' } as const;
const bookDepth = 500;
const progressMs = 5_000;
/** Between two looks at the same book over REST; they come in at random moments of the stream. */
const lookMs = [20, 150] as const;
/** So long the last messages may take after the last order. */
const settleMs = 2_000;

/**
 * Trades at random in five markets of a real server, rebuilds their books from the stream, and holds each book
 * that REST gives against what the stream had come to at the same sequence.
 */
export class StreamCheckRun {
  private readonly trading: TraderCounts = { orders: 0, filled: 0, rested: 0, canceled: 0, refused: 0 };
  private readonly begunAtMs = performance.now();
  private readonly failed = Promise.withResolvers<never>();
  private session: MarketSession | undefined = undefined;
  private isOver = false;

  constructor(private readonly options: StreamCheckOptions) {}

  get summary(): StreamCheckSummary {
    const sum = { ...noCounts };
    for (const { counts } of this.session?.followers.values() ?? []) {
      for (const name of Object.keys(sum) as (keyof FollowerCounts)[]) sum[name] += counts[name];
    }
    const seconds = Math.round((performance.now() - this.begunAtMs) / 1_000);
    return { ...sum, ...this.trading, seconds, heartbeats: this.session?.heartbeats ?? 0 };
  }

  /** Throws a `Discrepancy` when a book was another one. The server does not outlive the run. */
  async run(): Promise<StreamCheckSummary> {
    const server = new ExchangeProcess(this.options.server);
    const progress = setInterval(() => this.options.onProgress(this.summary), progressMs);
    try {
      const { http } = await server.ready();
      await Promise.race([this.failed.promise, this.check(http)]);
      return this.summary;
    } finally {
      this.isOver = true;
      clearInterval(progress);
      this.session?.close();
      await server.kill();
    }
  }

  private async check(http: string): Promise<void> {
    const client = new RestClient(http);
    const symbols = markets.map(({ symbol }) => symbol);
    const session = await MarketSession.open(http, symbols, (error) => this.failed.reject(error));
    this.session = session;
    const accountIds = await openAccounts(client, this.options.traders, 'trader');
    for (const accountId of accountIds) await deposit(client, accountId);
    const trading = accountIds.map((accountId) => this.trade(accountId, client));
    const looking = symbols.map((symbol) => this.look(symbol, client));
    const time = pause(this.options.seconds * 1_000);
    const dropping = this.options.drops ? this.dropUntil(time, session) : time;
    await Promise.race([dropping, Promise.all([...trading, ...looking])]);
    this.isOver = true;
    await Promise.all([...trading, ...looking]);
    await this.compareAtRest(symbols, client);
    client.close();
  }

  private async trade(accountId: string, client: RestClient): Promise<void> {
    const seen = markets.map(
      (market): TradedMarket => ({
        ...market,
        middle: () => this.session!.followers.get(market.symbol)!.book.middle(),
      }),
    );
    const trader = new RandomTrader(accountId, seen, client, this.options.random, this.trading);
    while (!this.isOver) {
      await trader.act();
      // Before the first snapshots there is nothing to do.
      if (this.trading.orders === 0) await pause(10);
    }
  }

  private async look(symbol: string, client: RestClient): Promise<void> {
    while (!this.isOver) {
      await this.compare(symbol, client);
      await pause(this.options.random.between(...lookMs));
    }
  }

  private async compare(symbol: string, client: RestClient): Promise<number> {
    const whole = await client.get(`/api/v1/markets/${symbol}/book?depth=${bookDepth}`);
    if (whole.bids.length >= bookDepth || whole.asks.length >= bookDepth) {
      throw new Error(`the book of ${symbol} is too deep to be compared: there are too many resting orders`);
    }
    this.session!.followers.get(symbol)!.compare(whole);
    return whole.sequence;
  }

  /** In the end, trading goes on until the last lost message was made good. */
  private async dropUntil(time: Promise<void>, session: MarketSession): Promise<void> {
    const followers = [...session.followers.values()];
    let isTimeUp = false;
    void time.then(() => {
      isTimeUp = true;
    });
    while (!isTimeUp) {
      await Promise.race([time, pause(nextDropMs(this.options.random))]);
      if (!isTimeUp) this.options.random.pick(followers).dropNext();
    }
    while (followers.some(({ isLosing }) => isLosing)) await pause(20);
  }

  /** When nobody trades any more, everything that was asked of REST can be compared, and the last books are the same. */
  private async compareAtRest(symbols: readonly string[], client: RestClient): Promise<void> {
    await pause(settleMs);
    const before = this.summary.equal;
    for (const symbol of symbols) await this.compare(symbol, client);
    await pause(settleMs);
    const { equal, dropped, noticed, recovered } = this.summary;
    if (equal < before + symbols.length) {
      throw discrepancy('the last books', `${symbols.length} that are the same`, `${equal - before} that are`);
    }
    if (noticed !== dropped || recovered !== noticed) {
      throw discrepancy('lost messages', 'each noticed and recovered from', { dropped, noticed, recovered });
    }
  }
}

const noCounts: FollowerCounts = {
  ...{ messages: 0, conflated: 0, snapshots: 0, equal: 0, between: 0, dropped: 0, noticed: 0, recovered: 0 },
};

async function deposit(client: RestClient, accountId: string): Promise<void> {
  for (const [asset, amount] of Object.entries(funds)) {
    const path = `/api/v1/accounts/${accountId}/deposits`;
    const answer = await client.send({ method: 'POST', path, body: { asset, amount } });
    if (answer?.status !== 201) throw discrepancy('a deposit was not taken', 'a transfer', answer);
  }
}
