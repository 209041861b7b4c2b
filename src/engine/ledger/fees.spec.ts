import { Scene } from '../exchange.fixture.js';
import { feesAccountId, liquidityAccountId } from '../ids.js';

describe('fees', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice', '1000 USD', '5 BTC', '10 ETH');
    bob = scene.account('bob', '1000 USD', '5 BTC', '10 ETH');
  });

  it('are charged to both sides in the quote asset and go to the venue', () => {
    scene.sell(alice, '1 @ 150');
    scene.buy(bob, '1 @ 150');
    expect(scene.balances(alice)).toBe('4 BTC, 10 ETH, 1149.85 USD');
    expect(scene.balances(bob)).toBe('6 BTC, 10 ETH, 849.7 USD');
    expect(scene.balances(feesAccountId)).toBe('0.45 USD');
  });

  it('depend on who was there first, not on who buys', () => {
    scene.buy(alice, '1 @ 150');
    scene.sell(bob, '1 @ 150');
    expect(scene.balances(alice)).toBe('6 BTC, 10 ETH, 849.85 USD');
    expect(scene.balances(bob)).toBe('4 BTC, 10 ETH, 1149.7 USD');
  });

  it.each([
    ['0.06', 1n, 0n],
    ['0.1', 1n, 0n],
    ['0.11', 2n, 1n],
    ['1', 19n, 9n],
  ])('are rounded down to the unit: of %s at 99 the taker pays %s and the maker %s', (quantity, takerFee, makerFee) => {
    scene.buy(alice, '5 @ 99');
    const { events } = scene.sell(bob, `${quantity} @ 99`);
    expect(events).toContainEqual(expect.objectContaining({ type: 'TradeExecuted', takerFee, makerFee }));
  });

  it('are charged fill by fill', () => {
    scene.sell(alice, '0.02 @ 250');
    scene.sell(alice, '0.02 @ 250');
    const { events } = scene.buy(bob, '0.04 @ 250');
    // 0.1 per cent of 5.00 is less than a cent; of 10.00 it is one.
    expect(events.flatMap((event) => (event.type === 'TradeExecuted' ? [event.makerFee] : []))).toEqual([0n, 0n]);
    scene.sell(alice, '0.04 @ 250');
    expect(scene.buy(bob, '0.04 @ 250').events).toContainEqual(expect.objectContaining({ makerFee: 1n }));
  });

  it('are nothing in a market without them', () => {
    scene.sell(alice, '1 @ 0.5', 'ETH-BTC');
    scene.buy(bob, '1 @ 0.5', 'ETH-BTC');
    expect(scene.balances(feesAccountId)).toBe('');
    expect(scene.balances(bob)).toBe('4.5 BTC, 11 ETH, 1000 USD');
  });

  it('are not charged to the liquidity provider, whichever side it is on', () => {
    scene = new Scene('ladder');
    alice = scene.account('alice', '1000 USD', '5 BTC');
    scene.move('100');
    scene.buy(alice, '0.1');
    expect(scene.balances(liquidityAccountId)).toBe('-0.1 BTC, 10.1 USD');
    expect(scene.balances(feesAccountId)).toBe('0.02 USD');
    scene.buy(alice, '0.1 @ 99');
    scene.move('97');
    expect(scene.balances(liquidityAccountId)).toBe('-0.2 BTC, 20 USD');
    expect(scene.balances(feesAccountId)).toBe('0.02 USD');
  });
});
