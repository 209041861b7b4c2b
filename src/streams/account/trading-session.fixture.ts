import type { Command } from '../../engine/command.js';
import { origin } from '../../venue/venue.fixture.js';
import type { Venue } from '../../venue/venue.js';

const oneUsd = 100_000_000n;
const oneBtc = 100_000_000n;

/** A small generator of numbers that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** A few customers who do everything that customers can do, at random, around the price of 100.00. */
export class TradingSession {
  readonly accountIds: number[] = [];
  private readonly orders: number[] = [];
  private names = 0;

  constructor(
    private readonly venue: Venue,
    private readonly random: (below: number) => number,
  ) {}

  async begin(accounts = 4): Promise<void> {
    for (let count = 0; count < accounts; count += 1) await this.open();
  }

  /** Sends so many commands, some at a time. */
  async trade(commands: number, atATime = 8): Promise<void> {
    for (let sent = 0; sent < commands; sent += atATime) {
      await Promise.all(Array.from({ length: atATime }, () => this.submit(this.next())));
    }
  }

  private async open(): Promise<void> {
    this.names += 1;
    const accountId = await this.submit({ type: 'OpenAccount', name: `Trader ${this.names}`, accountType: 'CUSTOMER' });
    this.accountIds.push(accountId);
    await this.submit({ type: 'Deposit', accountId, asset: 'USD', amount: 100_000n * oneUsd });
    await this.submit({ type: 'Deposit', accountId, asset: 'BTC', amount: 1_000n * oneBtc });
  }

  private async submit(command: Command): Promise<number> {
    const { sequence } = await this.venue.submit(command, origin);
    if (command.type === 'PlaceOrder') this.orders.push(sequence);
    return sequence;
  }

  private next(): Command {
    const accountId = this.pick(this.accountIds);
    const kind = this.random(100);
    if (kind < 60) return this.order(accountId);
    if (kind < 80) return { type: 'CancelOrder', orderId: this.pick(this.orders) ?? 1 };
    if (kind < 82) return { type: 'CancelOrders', accountId };
    if (kind < 90) return { type: 'Deposit', accountId, asset: 'USD', amount: BigInt(1 + this.random(100)) * oneUsd };
    if (kind < 94)
      return { type: 'Withdraw', accountId, asset: 'BTC', amount: BigInt(1 + this.random(2_000)) * oneBtc };
    if (kind < 96) return this.transfer(accountId);
    if (kind < 98) return this.limits(accountId);
    return { type: 'ChangeAccountStatus', accountId, status: this.random(3) === 0 ? 'SUSPENDED' : 'ACTIVE' };
  }

  /** Between the quotes of the liquidity provider customers meet one another; beyond them, they meet it. */
  private order(accountId: number): Command {
    const orderType = this.random(8) === 0 ? 'MARKET' : 'LIMIT';
    const timeInForce = orderType === 'MARKET' ? 'IOC' : this.pick(['GTC', 'GTC', 'GTC', 'IOC', 'FOK'] as const);
    const away = BigInt(this.random(5) - 2) * 1_000_000n;
    return {
      type: 'PlaceOrder',
      accountId,
      symbol: 'BTC-USD',
      side: this.pick(['BUY', 'SELL'] as const),
      orderType,
      timeInForce,
      quantity: BigInt(1 + this.random(400)) * 10_000_000n,
      ...(orderType === 'LIMIT' && { price: 100n * oneUsd + away }),
      postOnly: orderType === 'LIMIT' && timeInForce === 'GTC' && this.random(6) === 0,
      selfTradePrevention: this.pick(['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'] as const),
    };
  }

  /** Just above what there is, so that orders and what becomes of them cross it up and down. */
  private limits(accountId: number): Command {
    const limit = this.venue.exchange.account(accountId)!.total('BTC') + BigInt(1 + this.random(20)) * oneBtc;
    return { type: 'SetRiskLimits', accountId, warnAtPercent: 99, limits: [{ kind: 'POSITION', of: 'BTC', limit }] };
  }

  private transfer(fromAccountId: number): Command {
    const toAccountId = this.pick(this.accountIds);
    return {
      type: 'Transfer',
      fromAccountId,
      toAccountId,
      asset: 'USD',
      amount: BigInt(1 + this.random(500)) * oneUsd,
    };
  }

  private pick<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.random(choices.length)]!;
  }
}
