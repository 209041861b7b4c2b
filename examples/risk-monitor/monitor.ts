import { setTimeout as pause } from 'node:timers/promises';
import { type ServiceError, status } from '@grpc/grpc-js';
import { Accounts } from './accounts.ts';
import { Alerts } from './alerts.ts';
import { ExchangeLink, type Tokens } from './exchange-link.ts';
import type { AccountEvent, Balances, Market, TickerMessage } from './exchange-messages.ts';
import type { Limits } from './limits.ts';
import { Marks } from './marks.ts';
import { Prices } from './prices.ts';
import { Settlements } from './settlements.ts';
import { readStream } from './stream-watch.ts';

/** The exchange sends prices no more often than this. */
const tickersEveryMs = 100;
const reconnectMs = 250;
const balancesAtATime = 16;

interface EventMessage {
  readonly subscribed?: { readonly sequence?: number };
  readonly event?: AccountEvent;
}

export interface MonitorOptions {
  readonly limits: Limits;
  readonly tokens: Tokens;
  /** Asked before each connection: an exchange may come back elsewhere. */
  readonly exchangeAddress: () => Promise<string>;
  /** Is told when it watches, and when it does not. */
  readonly onWatching: (accounts: number | undefined) => void;
}

/** Watches one exchange for as long as the process runs, however often the connection breaks. */
export class Monitor {
  readonly alerts = new Alerts();
  accounts: Accounts | undefined = undefined;
  marks: Marks | undefined = undefined;
  private prices: Prices | undefined = undefined;
  private readonly settlements: Settlements;
  private readonly options: MonitorOptions;

  constructor(options: MonitorOptions) {
    this.options = options;
    this.settlements = new Settlements(options.limits, this.alerts);
  }

  async run(): Promise<never> {
    for (;;) {
      try {
        await this.watch();
      } catch (error) {
        this.options.onWatching(undefined);
        this.reportConnection((error as Error).message);
        await pause(reconnectMs);
      }
    }
  }

  /** Over one connection, until that fails. */
  private async watch(): Promise<never> {
    const exchange = new ExchangeLink(await this.options.exchangeAddress(), this.options.tokens);
    const over = new AbortController();
    try {
      if (this.accounts === undefined) await this.begin(exchange);
      void this.settlements.follow(exchange, over.signal);
      return await Promise.race([this.followPrices(exchange), this.followEvents(exchange)]);
    } finally {
      over.abort();
      exchange.close();
    }
  }

  private async begin(exchange: ExchangeLink): Promise<void> {
    const { limits } = this.options;
    const { items } = await exchange.ask<{ items: Market[] }>('MarketDataService', 'ListMarkets', {});
    this.alerts.clearAll();
    this.marks = new Marks(limits.valuation, items);
    this.prices = new Prices(limits, this.marks, this.alerts);
    this.accounts = new Accounts(limits, this.marks, this.alerts);
  }

  private followPrices(exchange: ExchangeLink): Promise<never> {
    const stream = exchange.stream('MarketDataService', 'StreamTickers', { conflateMs: tickersEveryMs });
    return readStream<{ ticker?: TickerMessage }>(stream, this.silenceMs, ({ ticker }) => {
      const cause = ticker && this.prices!.take(ticker);
      if (cause !== undefined) this.accounts!.revalue(cause);
    });
  }

  /** Takes the drop copy up where it stopped; the first time it begins with what accounts have now. */
  private followEvents(exchange: ExchangeLink): Promise<never> {
    const accounts = this.accounts!;
    const { resumesAt } = accounts;
    const request = resumesAt === undefined ? {} : { fromSequence: resumesAt };
    const stream = exchange.stream('AuditService', 'StreamEvents', request);
    return readStream<EventMessage>(stream, this.silenceMs, ({ subscribed, event }) => {
      if (event !== undefined) accounts.take(event);
      if (subscribed === undefined) return;
      if (resumesAt !== undefined) return this.watching(accounts);
      // Events wait until the balances are there that they change.
      stream.pause();
      openBooks(exchange, accounts, subscribed.sequence ?? 0).then(
        () => {
          this.watching(accounts);
          stream.resume();
        },
        (error) => stream.destroy(error),
      );
    }).catch((error: ServiceError) => {
      // The journal is another one, or shorter: nothing that was known can be gone on with.
      if (error.code === status.INVALID_ARGUMENT) this.accounts = undefined;
      throw error;
    });
  }

  private watching(accounts: Accounts): void {
    this.reportConnection(undefined);
    this.options.onWatching(accounts.size);
  }

  private reportConnection(fault: string | undefined): void {
    const severity = fault === undefined ? undefined : 'CRITICAL';
    const detail = () => `The connection to the exchange is gone: ${fault}`;
    const cause = { atMs: Date.now() };
    this.alerts.report({ kind: 'CONNECTION_LOST', subject: 'exchange', severity, detail, cause });
  }

  private get silenceMs(): number {
    return this.options.limits.connection.silenceMs;
  }
}

async function openBooks(exchange: ExchangeLink, accounts: Accounts, sequence: number): Promise<void> {
  const listed = await exchange.listAll<{ accountId: string }>('AccountService', 'ListAccounts', {});
  const balances: Balances[] = [];
  for (let at = 0; at < listed.length; at += balancesAtATime) {
    const some = listed.slice(at, at + balancesAtATime);
    const asked = some.map(({ accountId }) => exchange.ask<Balances>('AccountService', 'GetBalances', { accountId }));
    balances.push(...(await Promise.all(asked)));
  }
  accounts.open(sequence, balances);
  accounts.revalue({ sequence, atMs: Date.now() });
}
