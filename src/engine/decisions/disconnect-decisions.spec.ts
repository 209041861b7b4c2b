import type { Command } from '../command.js';
import { Scene } from '../exchange.fixture.js';
import { restoreSnapshot, takeSnapshot } from '../snapshot.js';
import { stateHash } from '../state-hash.js';

describe('cancel on disconnect', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice', '1000 USD', '5 BTC', '5 ETH');
    bob = scene.account('bob', '1000 USD', '5 BTC');
  });

  const arm = (accountId: number, graceMs: number, symbol?: string) =>
    scene.do({ type: 'ArmCancelOnDisconnect', accountId, symbol, graceMs });
  const disarm = (accountId: number, symbol?: string) =>
    scene.do({ type: 'DisarmCancelOnDisconnect', accountId, symbol });
  const lose = (accountId: number, symbol?: string) =>
    scene.do({ type: 'CancelOrders', accountId, symbol, cause: 'CANCEL_ON_DISCONNECT' });
  const guards = () => scene.exchange.state.disconnectGuards.all();

  it('is armed once, and again with another grace', () => {
    const armed = { accountId: alice, symbol: undefined, graceMs: 500 };
    expect(arm(alice, 500).events).toEqual([{ type: 'CancelOnDisconnectArmed', ...armed }]);
    expect(arm(alice, 500)).toEqual({ events: [], balances: [] });
    arm(bob, 0, 'ETH-USD');
    expect(arm(alice, 0).events).toEqual([{ type: 'CancelOnDisconnectArmed', ...armed, graceMs: 0 }]);
    expect(guards()).toEqual([
      { accountId: alice, graceMs: 0 },
      { accountId: bob, symbol: 'ETH-USD', graceMs: 0 },
    ]);
  });

  it('cancels what is open, says why, gives back what was held, and is disarmed, all in one record', () => {
    arm(alice, 500);
    const [first, second] = [scene.buy(alice, '1 @ 90').orderId, scene.sell(alice, '1 @ 10', 'ETH-USD').orderId];
    scene.buy(bob, '1 @ 80');
    const { events, balances } = lose(alice);
    expect(events).toEqual([
      { type: 'OrderCanceled', orderId: first, accountId: alice, reason: 'CANCEL_ON_DISCONNECT' },
      { type: 'OrderCanceled', orderId: second, accountId: alice, reason: 'CANCEL_ON_DISCONNECT' },
      { type: 'CancelOnDisconnectDisarmed', accountId: alice },
    ]);
    expect(balances.map(({ asset, held }) => [asset, held])).toEqual([
      ['ETH', 0n],
      ['USD', 0n],
    ]);
    expect(scene.book()).toBe('buy 80: bob 1');
    expect(lose(alice)).toEqual({ events: [], balances: [] });
  });

  it('cancels in its market alone, and what is armed for all markets stays armed', () => {
    arm(alice, 0);
    arm(alice, 0, 'BTC-USD');
    scene.buy(alice, '1 @ 90');
    scene.sell(alice, '1 @ 10', 'ETH-USD');
    expect(lose(alice, 'BTC-USD').events.map(({ type }) => type)).toEqual([
      'OrderCanceled',
      'CancelOnDisconnectDisarmed',
    ]);
    expect(scene.exchange.account(alice)!.openOrders.size).toBe(1);
    expect(guards()).toEqual([{ accountId: alice, graceMs: 0 }]);
  });

  it('does nothing where it is not armed any more, and is disarmed where nothing is open', () => {
    scene.buy(alice, '1 @ 90');
    expect(lose(alice)).toEqual({ events: [], balances: [] });
    arm(alice, 0);
    expect(disarm(alice).events).toEqual([{ type: 'CancelOnDisconnectDisarmed', accountId: alice }]);
    expect(disarm(alice)).toEqual({ events: [], balances: [] });
    expect(scene.exchange.account(alice)!.openOrders.size).toBe(1);
    arm(bob, 0);
    expect(lose(bob).events).toEqual([{ type: 'CancelOnDisconnectDisarmed', accountId: bob }]);
  });

  it('leaves a cancel on request as it was: it says no reason and disarms nothing', () => {
    arm(alice, 0);
    const { orderId } = scene.buy(alice, '1 @ 90');
    expect(scene.do({ type: 'CancelOrders', accountId: alice }).events).toEqual([
      { type: 'OrderCanceled', orderId, accountId: alice },
    ]);
    expect(guards()).toHaveLength(1);
  });

  it.each<[string, Command]>([
    ['ACCOUNT_NOT_FOUND', { type: 'ArmCancelOnDisconnect', accountId: 999, graceMs: 0 }],
    ['ACCOUNT_NOT_FOUND', { type: 'ArmCancelOnDisconnect', accountId: -1, graceMs: 0 }],
    ['MARKET_NOT_FOUND', { type: 'ArmCancelOnDisconnect', accountId: 2, symbol: 'XRP-USD', graceMs: 0 }],
    ['MARKET_NOT_FOUND', { type: 'DisarmCancelOnDisconnect', accountId: 2, symbol: 'XRP-USD' }],
    ['MARKET_NOT_FOUND', { type: 'CancelOrders', accountId: 2, symbol: 'XRP-USD', cause: 'CANCEL_ON_DISCONNECT' }],
  ])('is refused with %s without being kept', (code, command) => {
    expect(scene.do(command)).toMatchObject({ events: [], reject: { rejected: code } });
  });

  it('is part of the state, and comes back with a snapshot', () => {
    const without = stateHash(scene.exchange);
    expect(takeSnapshot(scene.exchange)).not.toHaveProperty('disconnectGuards', expect.anything());
    arm(alice, 500, 'ETH-USD');
    arm(alice, 700);
    const restored = restoreSnapshot(JSON.parse(JSON.stringify(takeSnapshot(scene.exchange))));
    expect(stateHash(restored)).toBe(stateHash(scene.exchange));
    expect(stateHash(restored)).not.toBe(without);
    expect(restored.state.disconnectGuards.all()).toEqual([
      { accountId: alice, graceMs: 700 },
      { accountId: alice, symbol: 'ETH-USD', graceMs: 500 },
    ]);
  });
});
