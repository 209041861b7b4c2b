import { money, Scene } from '../exchange.fixture.js';
import { type LimitWords, limitsOf } from '../risk/limits/limits.fixture.js';
import { restoreSnapshot, takeSnapshot } from '../snapshot.js';
import { stateHash } from '../state-hash.js';

describe('limits and kill switches', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice', '10000 USD', '5 BTC');
    bob = scene.account('bob', '100000 USD', '50 BTC');
    scene.move('100');
  });

  const set = (accountId: number, ...words: LimitWords[]) =>
    scene.do({ type: 'SetRiskLimits', accountId, warnAtPercent: 80, limits: limitsOf(...words) });
  const engage = (accountId?: number) => scene.do({ type: 'EngageKillSwitch', accountId, reason: 'The bot went mad.' });
  const release = (accountId?: number) => scene.do({ type: 'ReleaseKillSwitch', accountId });
  const openOrders = () => scene.exchange.state.orders.size;

  it('name accounts, markets and assets that there are', () => {
    expect(set(999).reject?.rejected).toBe('ACCOUNT_NOT_FOUND');
    expect(set(-3).reject?.rejected).toBe('ACCOUNT_NOT_FOUND');
    expect(set(alice, ['ORDER_QUANTITY XRP-USD', 1n]).reject).toEqual({
      rejected: 'MARKET_NOT_FOUND',
      reason: 'There is no market XRP-USD.',
    });
    expect(set(alice, ['POSITION XRP', 1n]).reject).toEqual({
      rejected: 'ASSET_NOT_FOUND',
      reason: 'There is no asset XRP.',
    });
    for (const kind of ['ORDER_NOTIONAL', 'OPEN_NOTIONAL', 'DAILY_LOSS']) {
      expect(set(alice, [`${kind} XRP`, 1n]).reject?.rejected).toBe('ASSET_NOT_FOUND');
    }
    expect(engage(999).reject?.rejected).toBe('ACCOUNT_NOT_FOUND');
    expect(engage(-1).reject?.rejected).toBe('ACCOUNT_NOT_FOUND');
    expect(release(999).reject?.rejected).toBe('ACCOUNT_NOT_FOUND');
  });

  it('are of one thing once, above zero, and of what their kind is of: the edge lets nothing else in', () => {
    expect(() => set(alice, ['POSITION BTC', 1n], ['POSITION BTC', 2n])).toThrow('nothing is limited twice');
    const unsound = 'a limit is above zero, and of what its kind is of';
    expect(() => set(alice, ['ORDER_RATE', 0n])).toThrow(unsound);
    expect(() => set(alice, ['ORDER_RATE BTC', 1n])).toThrow(unsound);
    expect(() => set(alice, ['POSITION', 1n])).toThrow(unsound);
  });

  it('are told again only if something is different', () => {
    expect(set(alice).events).toEqual([]);
    expect(set(alice, ['ORDER_RATE', 5n], ['PRICE_BAND', 9n]).events).toHaveLength(1);
    expect(set(alice, ['PRICE_BAND', 9n], ['ORDER_RATE', 5n]).events).toEqual([]);
    expect(set(alice, ['PRICE_BAND', 9n], ['ORDER_RATE', 6n]).events).toHaveLength(1);
    expect(set(alice).events).toHaveLength(1);
    expect(release(alice).events).toEqual([]);
    expect(engage(alice).events).toHaveLength(1);
    expect(engage(alice).events).toEqual([]);
    expect(release(alice).events).toHaveLength(1);
    expect(release(alice).events).toEqual([]);
  });

  it('of one kind stand in the order of what they are of', () => {
    for (const kinds of [
      ['POSITION USD', 'POSITION BTC', 'POSITION ETH'],
      ['POSITION ETH', 'POSITION BTC', 'POSITION USD'],
    ]) {
      set(alice, ...kinds.map((kind) => [kind, 1n] as const));
      const { limits } = scene.exchange.account(alice)!.risk!;
      expect(limits.map(({ of }) => of)).toEqual(['BTC', 'ETH', 'USD']);
    }
  });

  it('of an account cancel what it has open and take nothing new of it', () => {
    scene.buy(alice, '1 @ 90');
    scene.sell(alice, '1 @ 110');
    scene.buy(bob, '1 @ 90');
    const { events } = engage(alice);
    expect(events.map(({ type }) => type)).toEqual(['KillSwitchEngaged', 'OrderCanceled', 'OrderCanceled']);
    expect(events[1]).toMatchObject({ accountId: alice, reason: 'KILL_SWITCH' });
    expect(openOrders()).toBe(1);
    expect(scene.balances(alice)).toBe('5 BTC, 10000 USD');
    const { outcome, reason } = scene.buy(alice, '1 @ 90');
    expect(outcome).toBe('REJECTED KILL_SWITCH_ENGAGED');
    expect(reason).toBe('The kill switch of the account is engaged since 1970-01-01T00:16:40.000Z: The bot went mad.');
    expect(scene.buy(bob, '1 @ 90').outcome).toBe('RESTING');
    release(alice);
    expect(scene.buy(alice, '1 @ 90').outcome).toBe('RESTING');
  });

  it('of all accounts are one of their own, which releases nobody', () => {
    scene.buy(alice, '1 @ 90');
    scene.buy(bob, '1 @ 90');
    engage(alice);
    expect(engage().events).toHaveLength(2);
    expect(openOrders()).toBe(0);
    expect(scene.buy(bob, '1 @ 90').reason).toContain('The kill switch of all accounts is engaged');
    release();
    expect(scene.buy(bob, '1 @ 90').outcome).toBe('RESTING');
    expect(scene.buy(alice, '1 @ 90').outcome).toBe('REJECTED KILL_SWITCH_ENGAGED');
  });

  it('let money go on moving', () => {
    engage();
    engage(alice);
    expect(scene.do({ type: 'Withdraw', accountId: alice, ...money('1 USD') }).reject).toBeUndefined();
    expect(scene.do({ type: 'Deposit', accountId: alice, ...money('1 USD') }).reject).toBeUndefined();
  });

  it('are in the snapshot, and only while there are any', () => {
    const text = () => JSON.stringify(takeSnapshot(scene.exchange));
    const unlimited = text().replace(/"sequence":\d+/, '');
    set(alice, ['DAILY_LOSS USD', '10 USD'], ['POSITION BTC', '6 BTC'], ['ORDER_RATE', 2n]);
    scene.buy(alice, '1 @ 90');
    scene.buy(alice, '0.5 @ 90');
    scene.buy(alice, '2 @ 90');
    scene.move('99');
    engage(bob);
    engage();

    const restored = restoreSnapshot(JSON.parse(text()));
    expect(takeSnapshot(restored)).toEqual(takeSnapshot(scene.exchange));
    expect(stateHash(restored)).toBe(stateHash(scene.exchange));
    const { risk } = restored.account(alice)!;
    expect([...risk!.levels]).toEqual([...scene.exchange.account(alice)!.risk!.levels]);
    expect(risk!.incomingOf('BTC')).toBe(0n);

    release();
    release(bob);
    set(alice);
    scene.move('100');
    expect(
      text()
        .replace(/"sequence":\d+/, '')
        .replace(/"quotedAt":\d+/, '')
        .replace('"beat":2', '"beat":0'),
    ).toBe(unlimited.replace(/"quotedAt":\d+/, ''));
  });
});
