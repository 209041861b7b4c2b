import { setTimeout as pause } from 'node:timers/promises';
import { ExchangeClient, ExchangeError, NoAnswerError } from '../../clients/typescript/src/index.js';
import type { Random } from '../crash/random.js';

const restMs = 50;
const symbol = 'BTC-USD';
const quotesMax = 20;

/** Keeps some orders in the book, far enough from the price that few are filled, and looks at all that can be asked for. */
export class MarketMaker {
  requests = 0;
  private readonly client: ExchangeClient;
  private readonly ending = new AbortController();
  private quotes: string[] = [];

  constructor(
    address: string,
    private readonly accountId: string,
    private readonly random: Random,
  ) {
    this.client = new ExchangeClient({ address, timeoutMs: 3_000, retryForMs: 0 });
  }

  async work(): Promise<void> {
    while (!this.ending.signal.aborted) {
      this.requests += 1;
      // Faults and restarts are told of, and are none of its business.
      await this.step().catch((error) => {
        if (!(error instanceof ExchangeError || error instanceof NoAnswerError)) throw error;
      });
      await pause(restMs);
    }
  }

  stop(): void {
    this.ending.abort();
  }

  private async step(): Promise<unknown> {
    if (this.quotes.length > quotesMax) return this.client.orders.cancel(this.quotes.shift()!);
    return this.random.chance(0.5) ? this.quote() : this.look();
  }

  private async quote(): Promise<void> {
    const { last } = await this.client.markets.ticker(symbol);
    if (last === null) return;
    const side = this.random.chance(0.5) ? 'BUY' : 'SELL';
    const price = (Number(last) * (side === 'BUY' ? 0.96 : 1.04)).toFixed(1);
    const terms = { accountId: this.accountId, symbol, side, type: 'LIMIT', quantity: '0.001', price } as const;
    this.quotes.push((await this.client.orders.place(terms)).orderId);
  }

  private look(): Promise<unknown> {
    const { client, accountId } = this;
    const questions = [
      () => client.accounts.balances(accountId),
      () => client.accounts.ledger(accountId).page(),
      () => client.accounts.trades(accountId).page(),
      () => client.accounts.audit(accountId).page(),
      () => client.orders.list({ accountId }).page(),
      () => client.markets.book(symbol),
      () => client.markets.candles(symbol, { interval: '1m' }).page(),
      () => client.markets.trades(symbol).page(),
    ];
    return this.random.pick(questions)();
  }
}
