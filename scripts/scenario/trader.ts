import { setTimeout as pause } from 'node:timers/promises';
import {
  ExchangeClient,
  ExchangeError,
  NoAnswerError,
  type Order,
  type PlaceOrderRequest,
} from '../../clients/typescript/src/index.js';
import type { Random } from '../crash/random.js';

const timeoutMs = 1_500;
const againMs = 20;
/** An order without an answer is asked about so often, and then it stays unknown. */
const attemptsMax = 40;
export const symbols = ['BTC-USD', 'USDT-USD', 'BTC-USDT'] as const;

/** What became of an order, as far as its client was told. */
export interface Told {
  readonly clientOrderId: string;
  readonly accountId: string;
  /** Attempts that had no answer: after one of them nobody can tell. */
  unanswered: number;
  /** The last answer; absent while there was none. */
  order?: Order;
  refusal?: ExchangeError;
}

/**
 * A trading engine that does what one should: each order has a name of its own, and where there is no answer the same
 * order is sent again until there is one. It notes all that it was told.
 */
export class Trader {
  readonly told: Told[] = [];
  private readonly client: ExchangeClient;
  private readonly ending = new AbortController();
  accountId = '';

  constructor(
    private readonly address: string,
    private readonly name: string,
    private readonly random: Random,
    private readonly restMs = 20,
  ) {
    // It repeats by itself, so that it can count what had no answer.
    this.client = new ExchangeClient({ address, timeoutMs, retryForMs: 0 });
  }

  /** Before anything fails. */
  async open(): Promise<void> {
    const patient = new ExchangeClient({ address: this.address });
    this.accountId = (await patient.accounts.create({ name: this.name })).accountId;
    for (const [asset, amount] of [
      ['USD', '1000000'],
      ['USDT', '100000'],
      ['BTC', '5'],
    ] as const) {
      await patient.accounts.deposit(this.accountId, { asset, amount });
    }
  }

  async trade(): Promise<void> {
    for (let count = 1; !this.ending.signal.aborted; count += 1) {
      await this.place(`${this.name}-${count}`);
      await pause(this.restMs);
    }
  }

  stop(): void {
    this.ending.abort();
  }

  private async place(clientOrderId: string): Promise<void> {
    const { accountId } = this;
    const told: Told = { clientOrderId, accountId, unanswered: 0 };
    this.told.push(told);
    const request = this.nextOrder(clientOrderId);
    while (told.unanswered < attemptsMax) {
      try {
        told.order = await this.client.orders.place(request);
        return;
      } catch (error) {
        if (error instanceof ExchangeError) {
          told.refusal = error;
          return;
        }
        if (!(error instanceof NoAnswerError)) throw error;
        told.unanswered += 1;
        await pause(againMs);
      }
    }
  }

  private nextOrder(clientOrderId: string): PlaceOrderRequest {
    const { accountId } = this;
    const symbol = this.random.pick(symbols);
    const side = this.random.chance(0.5) ? 'BUY' : 'SELL';
    const quantity = symbol === 'USDT-USD' ? '50' : '0.002';
    return { accountId, clientOrderId, symbol, side, type: 'MARKET', quantity };
  }
}
