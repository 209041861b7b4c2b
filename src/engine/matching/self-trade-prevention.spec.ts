import { drawn, Scene } from '../exchange.fixture.js';

/** Alice sells between two orders of bob's; then she buys through all of them. */
describe('self-trade prevention', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice', '10000 USD', '20 BTC');
    bob = scene.account('bob', '10000 USD', '20 BTC');
    scene.sell(bob, '0.1 @ 100');
    scene.sell(alice, '0.2 @ 101');
    scene.sell(bob, '0.3 @ 102');
  });

  const first = ['bob 0.1 @ 100'];
  const others = ['bob 0.1 @ 100', 'bob 0.3 @ 102'];
  const untouched = drawn(`
    sell 102: bob 0.3
    sell 101: alice 0.2
    sell 100: bob 0.1
  `);
  const behind = drawn(`
    sell 102: bob 0.3
    sell 101: alice 0.2
  `);

  it.each([
    ['0.4 @ 102', 'EXPIRED SELF_TRADE_PREVENTION', first, behind],
    ['0.4 @ 102 EXPIRE_MAKER', 'FILLED', others, ''],
    ['0.5 @ 102 EXPIRE_MAKER', 'RESTING', others, 'buy 102: alice 0.1'],
    ['0.4 @ 102 EXPIRE_BOTH', 'EXPIRED SELF_TRADE_PREVENTION', first, 'sell 102: bob 0.3'],
    ['0.4 @ 102 IOC', 'EXPIRED SELF_TRADE_PREVENTION', first, behind],
    ['0.5 @ 102 IOC EXPIRE_MAKER', 'EXPIRED IMMEDIATE_OR_CANCEL', others, ''],
    ['0.4 @ 102 IOC EXPIRE_BOTH', 'EXPIRED SELF_TRADE_PREVENTION', first, 'sell 102: bob 0.3'],
    ['0.4', 'EXPIRED SELF_TRADE_PREVENTION', first, behind],
    ['0.4 EXPIRE_MAKER', 'FILLED', others, ''],
    ['0.5 EXPIRE_MAKER', 'EXPIRED NO_LIQUIDITY', others, ''],
    ['0.4 EXPIRE_BOTH', 'EXPIRED SELF_TRADE_PREVENTION', first, 'sell 102: bob 0.3'],
    ['40.6 USD', 'EXPIRED SELF_TRADE_PREVENTION', first, behind],
    ['40.6 USD EXPIRE_MAKER', 'FILLED', others.with(1, 'bob 0.29 @ 102'), 'sell 102: bob 0.01'],
    ['40.6 USD EXPIRE_BOTH', 'EXPIRED SELF_TRADE_PREVENTION', first, 'sell 102: bob 0.3'],
  ])('%s is %s', (words, outcome, fills, book) => {
    expect(scene.buy(alice, words)).toMatchObject({ outcome, fills });
    expect(scene.book()).toBe(book);
  });

  it.each([
    ['0.4 @ 102 FOK', 'EXPIRED FILL_OR_KILL', [], untouched],
    ['0.4 @ 102 FOK EXPIRE_MAKER', 'FILLED', others, ''],
    ['0.5 @ 102 FOK EXPIRE_MAKER', 'EXPIRED FILL_OR_KILL', [], untouched],
    ['0.4 @ 102 FOK EXPIRE_BOTH', 'EXPIRED FILL_OR_KILL', [], untouched],
    ['0.1 @ 102 FOK', 'FILLED', first, behind],
  ])('%s is %s: what is killed touches nothing, not even its own orders', (words, outcome, fills, book) => {
    expect(scene.buy(alice, words)).toMatchObject({ outcome, fills });
    expect(scene.book()).toBe(book);
  });

  it('is not asked when the order is filled before it meets its own', () => {
    expect(scene.buy(alice, '0.1 @ 102 EXPIRE_BOTH').outcome).toBe('FILLED');
    expect(scene.book()).toBe(behind);
  });

  it('says why the maker expired', () => {
    const { events } = scene.buy(alice, '0.4 @ 102 EXPIRE_MAKER');
    expect(events.filter(({ type }) => type === 'OrderExpired')).toEqual([
      { type: 'OrderExpired', orderId: expect.any(Number), accountId: alice, reason: 'SELF_TRADE_PREVENTION' },
    ]);
  });

  it('gives back what the expired maker held', () => {
    scene.buy(alice, '0.5 @ 102 IOC EXPIRE_MAKER');
    expect(scene.balances(alice)).toBe('20.4 BTC, 9959.32 USD');
  });

  it('works the same for those who sell', () => {
    scene.buy(alice, '0.2 @ 99');
    scene.buy(bob, '0.2 @ 98');
    expect(scene.sell(alice, '0.2 @ 98').outcome).toBe('EXPIRED SELF_TRADE_PREVENTION');
    expect(scene.sell(alice, '0.2 @ 98 EXPIRE_MAKER').fills).toEqual(['bob 0.2 @ 98']);
  });
});
