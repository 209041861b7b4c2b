import fc from 'fast-check';
import { btcUsd, venueWith } from '../exchange.fixture.js';
import { Instrument } from '../instrument.js';
import { Account } from '../ledger/account.js';
import { propertyRuns } from '../properties/session.fixture.js';
import { Order } from './order.js';
import { OrderTable } from './order-table.js';

const [btc, , usd] = venueWith('none').assets;
const instrument = new Instrument(btcUsd, btc!, usd!);
const account = new Account(1, 'CUSTOMER');

function order(orderId: number): Order {
  return new Order(orderId, account, instrument, 'BUY', 'LIMIT', 'GTC', 'EXPIRE_TAKER', 100, 1, 0n);
}

/** New orders after gaps of some sizes, ends of any of them, and looks at ids around the last. */
const steps = fc.array(
  fc.oneof(
    fc.record({ gap: fc.constantFrom(1, 1, 2, 40, 300, 5_000_000_000), orders: fc.constantFrom(1, 1, 2, 20, 300) }),
    fc.record({ remove: fc.nat(1_000), orders: fc.constantFrom(1, 1, 2, 20) }),
    fc.record({ look: fc.integer({ min: -300, max: 300 }) }),
  ),
  { maxLength: 60, size: 'max' },
);

describe('the open orders', () => {
  it('are those of a map: by their ids, and of their account', () => {
    fc.assert(
      fc.property(steps, (wanted) => {
        const table = new OrderTable();
        const { openOrders } = new Account(2, 'CUSTOMER');
        const map = new Map<number, Order>();
        let lastId = 0;
        for (const step of wanted) {
          if ('gap' in step) {
            lastId += step.gap;
            for (let count = 0; count < step.orders; count += 1) {
              lastId += 1;
              const added = order(lastId);
              map.set(lastId, added);
              table.add(added);
              openOrders.add(added);
            }
          } else if ('remove' in step) {
            const from = step.remove % (map.size || 1);
            for (const removed of [...map.values()].slice(from, from + step.orders)) {
              map.delete(removed.orderId);
              table.remove(removed);
              openOrders.remove(removed);
              expect(openOrders.has(removed)).toBe(false);
            }
          } else {
            const id = lastId + step.look;
            expect(table.get(id)).toBe(map.get(id));
            expect(table.has(id)).toBe(map.has(id));
          }
          expect([table.size, openOrders.size]).toEqual([map.size, map.size]);
        }
        const idsOf = (orders: Iterable<Order>) => [...orders].map(({ orderId }) => orderId);
        expect(idsOf(table.values())).toEqual([...map.keys()]);
        expect(idsOf(openOrders.values())).toEqual([...map.keys()]);
        for (const open of map.values()) expect(openOrders.has(open)).toBe(true);
      }),
      { numRuns: Math.ceil(propertyRuns / 10) },
    );
  }, 600_000);

  it('keep no page for a few of them', () => {
    const table = new OrderTable();
    const { pages, scattered } = table as unknown as { pages: Map<number, unknown>; scattered: Map<number, unknown> };
    const orders = Array.from({ length: 1_000 }, (_, index) => order(index + 1));
    for (const added of orders) table.add(added);
    expect([pages.size, scattered.size]).toEqual([4, 0]);
    for (const removed of orders) if (removed.orderId % 50 > 0) table.remove(removed);
    expect([pages.size, scattered.size]).toEqual([1, 15]);
    for (let orderId = 2_000; orderId < 100_000; orderId += 1_000) table.add(order(orderId));
    expect([pages.size, scattered.size]).toEqual([1, 117]);
    expect([table.size, table.get(50), table.get(51)]).toEqual([118, orders[49], undefined]);
  });
});
