import { Scene } from '../exchange.fixture.js';
import type { Execution } from '../exchange.js';
import { formatId } from '../ids.js';

/** The balances after a command: `acc-2 USD 849.85 + 150.15 held`, in units. */
function told({ balances }: Execution): string[] {
  return balances.map(
    ({ accountId, asset, available, held }) => `${formatId('acc', accountId)} ${asset} ${available} + ${held} held`,
  );
}

describe('the balances after a command', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene('ladder');
    alice = scene.account('alice', '1000 USD', '5 BTC');
    bob = scene.account('bob', '1000 USD', '5 BTC');
    scene.move('100');
  });

  const place = (side: 'BUY' | 'SELL', accountId: number, quantity: bigint, price: bigint, rest = {}) =>
    scene.do({
      ...{ type: 'PlaceOrder', side, accountId, symbol: 'BTC-USD', quantity, price, orderType: 'LIMIT' },
      ...{ timeInForce: 'GTC', postOnly: false, selfTradePrevention: 'EXPIRE_TAKER', ...rest },
    });

  it('are those of a deposit, and of both sides of a transfer, but not those of the venue', () => {
    expect(told(scene.do({ type: 'Deposit', accountId: bob, asset: 'USD', amount: 1n }))).toEqual([
      `acc-${bob} USD 100001 + 0 held`,
    ]);
    const transfer = { fromAccountId: bob, toAccountId: alice, asset: 'BTC', amount: 10_000n } as const;
    expect(told(scene.do({ type: 'Transfer', ...transfer }))).toEqual([
      `acc-${alice} BTC 60000 + 0 held`,
      `acc-${bob} BTC 40000 + 0 held`,
    ]);
  });

  it('are what an order holds, and that it holds no more', () => {
    expect(told(place('SELL', alice, 5_000n, 105_00n))).toEqual([`acc-${alice} BTC 45000 + 5000 held`]);
    expect(told(scene.cancel(scene.exchange.sequence))).toEqual([`acc-${alice} BTC 50000 + 0 held`]);
  });

  it('are those of taker and maker, accounts ascending and assets by their names', () => {
    place('SELL', bob, 5_000n, 100_00n);
    expect(told(place('BUY', alice, 5_000n, 100_00n))).toEqual([
      `acc-${alice} BTC 55000 + 0 held`,
      `acc-${alice} USD 94990 + 0 held`,
      `acc-${bob} BTC 45000 + 0 held`,
      `acc-${bob} USD 104995 + 0 held`,
    ]);
  });

  it('are those of makers that the quotes have reached', () => {
    place('BUY', bob, 1_000n, 98_00n, { postOnly: true });
    expect(told(scene.do({ type: 'MovePrices', beat: 1, prices: [{ symbol: 'BTC-USD', priceTicks: 97 }] }))).toEqual([
      `acc-${bob} BTC 51000 + 0 held`,
      `acc-${bob} USD 99020 + 0 held`,
    ]);
  });

  it('leave out what came back to what it was', () => {
    const killed = place('BUY', alice, 9_000n, 103_00n, { timeInForce: 'FOK' });
    expect(killed.events.map(({ type }) => type)).toEqual(['OrderPlaced', 'OrderExpired']);
    expect(killed.balances).toEqual([]);
  });

  it('are none of a command that moves nothing', () => {
    expect(scene.do({ type: 'ChangeAccountStatus', accountId: bob, status: 'SUSPENDED' }).balances).toEqual([]);
    expect(scene.do({ type: 'CancelOrders', accountId: alice })).toEqual({ events: [], balances: [] });
  });

  it('are the same when the events are applied elsewhere', () => {
    const copy = new Scene('ladder');
    copy.account('alice', '1000 USD', '5 BTC');
    copy.account('bob', '1000 USD', '5 BTC');
    copy.move('100');
    const { events, balances } = place('BUY', alice, 500n, 101_00n);
    const stamp = { sequence: scene.exchange.sequence, time: scene.time };
    expect(copy.exchange.apply(events, stamp)).toEqual(balances);
    expect(balances).toHaveLength(2);
  });
});
