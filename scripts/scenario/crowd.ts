import { ExchangeClient } from '../../clients/typescript/src/index.js';
import type { Random } from '../crash/random.js';
import { AccountFollower } from './account-follower.js';
import { BookFollower } from './book-follower.js';
import { type Invariant, readersAgree } from './invariants.js';
import { symbols, type Told, Trader } from './trader.js';

/** Traders, each with money of its own, and readers of all that they and their markets are told. */
export class Crowd {
  /** Resolves when everybody can trade and reads. */
  static async gather(address: string, count: number, random: Random, restMs?: number): Promise<Crowd> {
    const traders = Array.from({ length: count }, (_, at) => new Trader(address, `trader-${at + 1}`, random, restMs));
    for (const trader of traders) await trader.open();
    const client = new ExchangeClient({ address });
    const accounts = traders.map(({ accountId }) => new AccountFollower(client, accountId));
    const books = symbols.map((symbol) => new BookFollower(client, symbol));
    for (const reader of [...accounts, ...books]) await reader.begin();
    return new Crowd(traders, accounts, books);
  }

  private constructor(
    private readonly traders: readonly Trader[],
    private readonly accounts: readonly AccountFollower[],
    private readonly books: readonly BookFollower[],
  ) {}

  get accountIds(): string[] {
    return this.traders.map(({ accountId }) => accountId);
  }

  get told(): Told[] {
    return this.traders.flatMap(({ told }) => told);
  }

  /** Until `stop` is called; resolves when every order that was begun has come to its end. */
  async trade(): Promise<void> {
    await Promise.all(this.traders.map((trader) => trader.trade()));
  }

  stop(): void {
    for (const trader of this.traders) trader.stop();
  }

  /** What its readers know is what the journal has. They read no longer then. */
  agree(): Promise<Invariant> {
    return readersAgree(this.accounts, this.books);
  }
}
