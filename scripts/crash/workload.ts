import type { Cancellation, Deposit, Operation, Placement, Transfer } from './operation.js';
import type { Random } from './random.js';

const symbol = 'BTC-USD';
/** Half of the limit orders are within this of the last price, in cents, so that many rest and are filled later. */
const nearCentsMax = 1_000;
const farCentsMax = 50_000;
/** A client that knows of more open orders than these cancels some first. */
const openOrdersMax = 15;

/** Makes up what the clients ask for. */
export class Workload {
  /** What BTC cost when it was last seen, in cents. */
  priceCents = 6_000_000;
  private lastKey = 0;

  constructor(
    private readonly random: Random,
    private readonly accountIds: readonly string[],
  ) {}

  /** Half limit orders, the rest market orders, cancellations, deposits and transfers; cancels alone when many orders are open. */
  next(openOrderIds: string[]): Operation {
    const { random } = this;
    if (openOrderIds.length > openOrdersMax) return this.cancellation(openOrderIds);
    const choice = random.next();
    if (choice < 0.5) return this.limitOrder();
    if (choice < 0.7) return this.marketOrder();
    if (choice < 0.9 && openOrderIds.length > 0) return this.cancellation(openOrderIds);
    return random.chance(0.5) ? this.deposit() : this.transfer();
  }

  private limitOrder(): Placement {
    const { random } = this;
    const reach = random.chance(0.5) ? nearCentsMax : farCentsMax;
    const price = ((this.priceCents + random.between(-reach, reach)) / 100).toFixed(2);
    const timeInForce = random.pick(['GTC', 'GTC', 'GTC', 'IOC', 'FOK']);
    const postOnly = timeInForce === 'GTC' && random.chance(0.2);
    return this.order({ type: 'LIMIT', quantity: this.quantity(), price: plain(price), timeInForce, postOnly });
  }

  private marketOrder(): Placement {
    if (this.random.chance(0.5)) return this.order({ type: 'MARKET', quantity: this.quantity() });
    return this.order({ type: 'MARKET', quoteQuantity: `${this.random.between(10, 20_000)}` });
  }

  private order(terms: Omit<Placement['terms'], 'symbol' | 'side'>): Placement {
    const side = this.random.pick(['BUY', 'SELL'] as const);
    return { kind: 'order', key: this.key(), accountId: this.account(), terms: { symbol, side, ...terms } };
  }

  private cancellation(openOrderIds: string[]): Cancellation {
    const [orderId] = openOrderIds.splice(this.random.between(0, openOrderIds.length - 1), 1);
    return { kind: 'cancel', orderId: orderId! };
  }

  private deposit(): Deposit {
    return { kind: 'deposit', key: this.key(), accountId: this.account(), ...this.funds() };
  }

  private transfer(): Transfer {
    const fromAccountId = this.account();
    const toAccountId = this.random.pick(this.accountIds.filter((other) => other !== fromAccountId));
    return { kind: 'transfer', key: this.key(), fromAccountId, toAccountId, ...this.funds() };
  }

  private funds(): { asset: string; amount: string } {
    const { random } = this;
    return random.chance(0.5)
      ? { asset: 'USD', amount: `${random.between(1, 5_000)}` }
      : { asset: 'BTC', amount: plain(`0.${random.between(1, 9_999)}`) };
  }

  /** One in thirty is far beyond what anybody has: refusals are answers too. */
  private quantity(): string {
    return this.random.chance(1 / 30) ? '400' : plain((this.random.between(1, 5_000) / 10_000).toFixed(4));
  }

  private account(): string {
    return this.random.pick(this.accountIds);
  }

  private key(): string {
    this.lastKey += 1;
    return `crash-${this.lastKey}`;
  }
}

/** Without zeros at the end. */
function plain(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}
