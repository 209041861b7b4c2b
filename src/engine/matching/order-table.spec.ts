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
    fc.record({ add: fc.constantFrom(1, 1, 1, 2, 20, 40, 5_000_000_000) }),
    fc.record({ remove: fc.nat(1_000) }),
    fc.record({ look: fc.integer({ min: -40, max: 40 }) }),
  ),
  { maxLength: 100, size: 'max' },
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
          if ('add' in step) {
            lastId += step.add;
            const added = order(lastId);
            map.set(lastId, added);
            table.add(added);
            openOrders.add(added);
          } else if ('remove' in step) {
            const removed = [...map.values()][step.remove % (map.size || 1)];
            if (removed === undefined) continue;
            map.delete(removed.orderId);
            table.remove(removed);
            openOrders.remove(removed);
            expect(openOrders.has(removed)).toBe(false);
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

  it('lets go of a page with its last order', () => {
    const table = new OrderTable();
    const pages = () => (table as unknown as { pages: Map<number, unknown> }).pages.size;
    const orders = [40, 41, 400].map(order);
    for (const added of orders) table.add(added);
    expect(pages()).toBe(2);
    for (const removed of orders) table.remove(removed);
    expect(pages()).toBe(0);
  });
});
