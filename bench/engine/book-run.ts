import { Instrument } from '../../src/engine/instrument.js';
import { Account } from '../../src/engine/ledger/account.js';
import { LadderOrderBook } from '../../src/engine/matching/ladder-order-book.js';
import { Market } from '../../src/engine/matching/market.js';
import { planMatch } from '../../src/engine/matching/match.js';
import { Order } from '../../src/engine/matching/order.js';
import { type Operation, perSecond } from '../operations.js';
import type { Run } from '../row.js';
import { base, market, quote, venue } from './venue.js';

type Placing = Exclude<Operation, { readonly kind: 'cancel' }>;

/** The market alone, as the engine uses it: an order is planned against the book, and the plan is carried out. */
export class BookRun {
  private readonly instrument = new Instrument(market, base, quote);
  private readonly market = new Market(this.instrument, venue.liquidity, new LadderOrderBook());
  private readonly buyer = new Account(1, 'CUSTOMER');
  private readonly seller = new Account(2, 'CUSTOMER');
  private readonly orders: (Order | undefined)[] = [];

  over(stream: readonly Operation[]): Run {
    let tradedLots = 0;
    const started = performance.now();
    stream.forEach((operation, index) => {
      if (operation.kind === 'cancel') this.cancel(this.orders[operation.target]);
      else tradedLots += this.place(operation, index);
    });
    return { value: perSecond(stream.length, started), check: tradedLots };
  }

  private place(operation: Placing, index: number): number {
    const { side, lots } = operation;
    const account = side === 'BUY' ? this.buyer : this.seller;
    const limitTicks = operation.kind === 'limit' ? operation.ticks : side === 'BUY' ? this.instrument.maxTicks : 0;
    const terms = {
      accountId: account.accountId,
      side,
      limitTicks,
      lots,
      selfTradePrevention: 'EXPIRE_TAKER',
    } as const;
    const plan = planMatch(this.market, terms);
    for (const step of plan.steps) if ('maker' in step) this.market.fill(step.maker!, step.lots);
    if (operation.kind === 'limit' && plan.lots < lots) {
      const id = index + 1;
      const order = new Order(id, account, this.instrument, side, 'LIMIT', 'GTC', 'EXPIRE_TAKER', limitTicks, lots, 0n);
      order.remainingLots -= plan.lots;
      this.market.rest(order);
      this.orders[index] = order;
    }
    return plan.lots;
  }

  /** One that was filled meanwhile rests no more. */
  private cancel(order: Order | undefined): void {
    if (order?.level !== undefined) this.market.withdraw(order);
  }
}
