import fc from 'fast-check';
import { InvariantViolated } from '../assert.js';
import type { Side } from '../command.js';
import { btcUsd, venueWith } from '../exchange.fixture.js';
import { Instrument } from '../instrument.js';
import { Account } from '../ledger/account.js';
import { propertyRuns } from '../properties/session.fixture.js';
import { LadderOrderBook } from './ladder-order-book.js';
import { NaiveOrderBook } from './naive-order-book.js';
import { Order } from './order.js';
import type { OrderBook } from './order-book.js';

const [btc, , usd] = venueWith('none').assets;
const instrument = new Instrument(btcUsd, btc!, usd!);
const account = new Account(1, 'CUSTOMER');

function order(orderId: number, side: Side, ticks: number, lots: number): Order {
  return new Order(orderId, account, instrument, side, 'LIMIT', 'GTC', 'EXPIRE_TAKER', ticks, lots, 0n);
}

/** A side as a queue, best first: `1: 5 @ 100`. */
function queue(book: OrderBook, side: Side): string[] {
  const orders: string[] = [];
  for (let next = book.best(side); next !== undefined; next = book.next(next)) {
    orders.push(`${next.orderId}: ${next.remainingLots} @ ${next.priceTicks}`);
  }
  return orders;
}

describe.each([
  ['ladder', () => new LadderOrderBook()],
  ['naive', () => new NaiveOrderBook()],
])('the %s order book', (_, createBook: () => OrderBook) => {
  let book: OrderBook;

  beforeEach(() => {
    book = createBook();
  });

  const add = (orderId: number, side: Side, ticks: number, lots: number) => {
    const added = order(orderId, side, ticks, lots);
    book.add(added);
    return added;
  };

  it('is empty at first', () => {
    expect(book.best('BUY')).toBeUndefined();
    expect(book.depth('SELL', 5)).toEqual([]);
  });

  it('queues by price, then by time, each side its own way', () => {
    add(1, 'SELL', 101, 5);
    add(2, 'SELL', 100, 5);
    add(3, 'SELL', 102, 5);
    add(4, 'SELL', 100, 3);
    add(5, 'BUY', 98, 1);
    add(6, 'BUY', 99, 1);
    add(7, 'BUY', 98, 2);
    expect(queue(book, 'SELL')).toEqual(['2: 5 @ 100', '4: 3 @ 100', '1: 5 @ 101', '3: 5 @ 102']);
    expect(queue(book, 'BUY')).toEqual(['6: 1 @ 99', '5: 1 @ 98', '7: 2 @ 98']);
  });

  it('adds up its levels, as many as are asked for', () => {
    add(1, 'BUY', 99, 5);
    add(2, 'BUY', 98, 7);
    add(3, 'BUY', 99, 2);
    expect(book.depth('BUY', 5)).toEqual([
      { ticks: 99, lots: 7 },
      { ticks: 98, lots: 7 },
    ]);
    expect(book.depth('BUY', 1)).toEqual([{ ticks: 99, lots: 7 }]);
    expect(book.depth('BUY', 0)).toEqual([]);
    expect([99, 98, 97].map((ticks) => book.lotsAt('BUY', ticks))).toEqual([7, 7, 0]);
    expect(book.lotsAt('SELL', 99)).toBe(0);
  });

  it('keeps the place of an order that gives a part', () => {
    const first = add(1, 'SELL', 100, 5);
    add(2, 'SELL', 100, 5);
    book.reduce(first, 2);
    expect(queue(book, 'SELL')).toEqual(['1: 3 @ 100', '2: 5 @ 100']);
    expect(book.depth('SELL', 1)).toEqual([{ ticks: 100, lots: 8 }]);
  });

  it('lets go of an order that gives all it has, and of its level', () => {
    const first = add(1, 'SELL', 100, 5);
    add(2, 'SELL', 101, 5);
    book.reduce(first, 5);
    expect(queue(book, 'SELL')).toEqual(['2: 5 @ 101']);
    expect(book.depth('SELL', 5)).toEqual([{ ticks: 101, lots: 5 }]);
  });

  it('removes orders from anywhere', () => {
    const orders = [1, 2, 3, 4, 5].map((orderId) => add(orderId, 'BUY', orderId === 5 ? 90 : 100, orderId));
    book.remove(orders[1]!);
    expect(queue(book, 'BUY')).toEqual(['1: 1 @ 100', '3: 3 @ 100', '4: 4 @ 100', '5: 5 @ 90']);
    book.remove(orders[3]!);
    book.remove(orders[0]!);
    expect(queue(book, 'BUY')).toEqual(['3: 3 @ 100', '5: 5 @ 90']);
    book.remove(orders[4]!);
    book.remove(orders[2]!);
    expect(queue(book, 'BUY')).toEqual([]);
  });

  it('lets go only of what it has', () => {
    const gone = add(1, 'BUY', 100, 5);
    book.remove(gone);
    expect(() => book.remove(gone)).toThrow(new InvariantViolated('only a resting order leaves the book'));
  });
});

describe('the fast book', () => {
  it('gives no more than an order has', () => {
    const book = new LadderOrderBook();
    const resting = order(1, 'BUY', 100, 5);
    book.add(resting);
    const violated = new InvariantViolated('a resting order gives what it has');
    expect(() => book.reduce(resting, 6)).toThrow(violated);
    book.remove(resting);
    expect(() => book.reduce(resting, 1)).toThrow(violated);
  });

  it('always answers as the slow one does', () => {
    const step = fc.record({
      does: fc.constantFrom('add', 'add', 'add', 'remove', 'reduce'),
      buys: fc.boolean(),
      ticks: fc.integer({ min: 1, max: 12 }),
      lots: fc.integer({ min: 1, max: 9 }),
      which: fc.nat(30),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const books = [new LadderOrderBook(), new NaiveOrderBook()] as const;
        const open: (readonly [Order, Order])[] = [];
        steps.forEach(({ does, buys, ticks, lots, which }, index) => {
          const pair = open[which % (open.length || 1)];
          if (does === 'add' || pair === undefined) {
            const fresh = () => order(index + 1, buys ? 'BUY' : 'SELL', ticks, lots);
            const both = [fresh(), fresh()] as const;
            open.push(both);
            for (const book of [0, 1] as const) books[book].add(both[book]);
          } else {
            const taken = does === 'remove' ? pair[0].remainingLots : Math.min(lots, pair[0].remainingLots);
            if (taken === pair[0].remainingLots) open.splice(open.indexOf(pair), 1);
            for (const book of [0, 1] as const) {
              if (does === 'remove') books[book].remove(pair[book]);
              else books[book].reduce(pair[book], taken);
            }
          }
          for (const side of ['BUY', 'SELL'] as const) {
            expect(queue(books[0], side)).toEqual(queue(books[1], side));
            expect(books[0].depth(side, 5)).toEqual(books[1].depth(side, 5));
          }
        });
      }),
      { numRuns: Math.ceil(propertyRuns / 2) },
    );
  }, 600_000);
});
