import type { Event } from '../../event.js';
import { money, Scene, venueWith } from '../../exchange.fixture.js';
import type { Execution } from '../../exchange.js';
import { restoreSnapshot, takeSnapshot } from '../../snapshot.js';
import { type LimitWords, limitsOf } from './limits.fixture.js';

describe('what is told of limits', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice', '10000 USD', '5 BTC');
    bob = scene.account('bob', '100000 USD', '50 BTC');
    scene.move('100');
  });

  const setLimits = (...limits: LimitWords[]) =>
    told(scene.do({ type: 'SetRiskLimits', accountId: alice, warnAtPercent: 80, limits: limitsOf(...limits) }));
  const deposit = (words: string) => told(scene.do({ type: 'Deposit', accountId: alice, ...money(words) }));
  const withdraw = (words: string) => told(scene.do({ type: 'Withdraw', accountId: alice, ...money(words) }));
  const buy = (words: string) => told(scene.buy(alice, words));
  const sell = (words: string) => told(scene.sell(alice, words));

  it('is each crossing once, up and down', () => {
    setLimits(['POSITION BTC', '10 BTC']);
    expect(deposit('2.99 BTC')).toEqual([]);
    expect(deposit('0.01 BTC')).toEqual(['WARNING POSITION BTC 80000 of 100000']);
    expect(deposit('1 BTC')).toEqual([]);
    expect(deposit('1 BTC')).toEqual([]);
    expect(deposit('0.01 BTC')).toEqual(['BREACHED POSITION BTC 100100 of 100000']);
    expect(deposit('1 BTC')).toEqual([]);
    expect(withdraw('1.01 BTC')).toEqual(['EASED to WARNING POSITION BTC 100000 of 100000']);
    expect(deposit('1 BTC')).toEqual(['BREACHED POSITION BTC 110000 of 100000']);
    expect(withdraw('5 BTC')).toEqual(['EASED to NORMAL POSITION BTC 60000 of 100000']);
  });

  it('is told with the limits, where they are used up already', () => {
    expect(setLimits(['POSITION BTC', '5 BTC'], ['POSITION USD', '1 USD'])).toEqual([
      'WARNING POSITION BTC 50000 of 50000',
      'BREACHED POSITION USD 1000000 of 100',
    ]);
    expect(setLimits(['POSITION BTC', '5 BTC'], ['POSITION USD', '1 USD'])).toEqual([]);
  });

  it('is one breach for a run of refused orders, whatever they ask for', () => {
    setLimits(['POSITION BTC', '10 BTC']);
    expect(buy('6 @ 90')).toEqual(['REFUSED POSITION BTC 110000 of 100000']);
    expect(buy('7 @ 90')).toEqual([]);
    expect(sell('0.1 @ 200')).toEqual([]);
    expect(deposit('0.1 BTC')).toEqual([]);
    expect(buy('0.1 @ 90')).toEqual(['EASED to NORMAL POSITION BTC 52000 of 100000']);
    expect(buy('6 @ 90')).toEqual(['REFUSED POSITION BTC 112000 of 100000']);
  });

  it('is no second breach where the limit is exceeded already', () => {
    setLimits(['POSITION BTC', '4 BTC']);
    expect(buy('1 @ 90')).toEqual([]);
    expect(sell('1 @ 110')).toEqual([]);
  });

  it('is of single orders what refused them, until one like them is accepted', () => {
    setLimits(['ORDER_QUANTITY BTC-USD', '1 BTC'], ['PRICE_BAND', 100n]);
    expect(buy('2 @ 90')).toEqual(['REFUSED ORDER_QUANTITY BTC-USD 20000 of 10000']);
    expect(buy('1 @ 102')).toEqual(['REFUSED PRICE_BAND 200 of 100']);
    expect(buy('2 @ 90')).toEqual([]);
    scene.move('50', 0, 'ETH-USD');
    expect(told(scene.buy(alice, '1 @ 50', 'ETH-USD'))).toEqual(['EASED to NORMAL PRICE_BAND 0 of 100']);
    expect(buy('1 @ 90')).toEqual(['EASED to NORMAL ORDER_QUANTITY BTC-USD 10000 of 10000']);
    expect(buy('1 @ 90')).toEqual([]);
  });

  it('is what other accounts and prices do to it', () => {
    setLimits(['DAILY_LOSS USD', '20 USD'], ['POSITION BTC', '6 BTC'], ['OPEN_NOTIONAL USD', '100 USD']);
    expect(buy('1 @ 90')).toEqual(['WARNING OPEN_NOTIONAL USD 9000 of 10000']);
    expect(told(scene.sell(bob, '1 @ 90'))).toEqual(['EASED to NORMAL OPEN_NOTIONAL USD 0 of 10000']);
    const move = (price: string) => told(scene.do(movement(scene, price)));
    expect(move('95')).toEqual(['BREACHED DAILY_LOSS USD 2009 of 2000']);
    expect(move('94')).toEqual([]);
    expect(move('97')).toEqual(['EASED to NORMAL DAILY_LOSS USD 809 of 2000']);
  });

  it('is what prices do to a loss that was told of nothing yet, accounts ascending', () => {
    for (const accountId of [bob, alice]) {
      const limits = limitsOf(['DAILY_LOSS USD', '20 USD']);
      scene.do({ type: 'SetRiskLimits', accountId, warnAtPercent: 80, limits });
    }
    const { events } = scene.do(movement(scene, '95'));
    expect(events.flatMap((event) => (event.type === 'RiskLimitBreached' ? [event.accountId] : []))).toEqual([
      alice,
      bob,
    ]);
  });

  it('is over when time has gone by, if an account has been told of something', () => {
    setLimits(['ORDER_RATE', 2n]);
    buy('0.1 @ 90');
    expect(buy('0.1 @ 90')).toEqual(['WARNING ORDER_RATE 2 of 2']);
    scene.time += 1_000;
    expect(told(scene.do(movement(scene, '100')))).toEqual(['EASED to NORMAL ORDER_RATE 0 of 2']);
  });

  it('is what a canceled order leaves open', () => {
    setLimits(['OPEN_NOTIONAL USD', '100 USD']);
    const { orderId } = scene.buy(alice, '1 @ 90');
    expect(told(scene.cancel(orderId))).toEqual(['EASED to NORMAL OPEN_NOTIONAL USD 0 of 10000']);
  });

  it('is what an order leaves open that expires at its release', () => {
    setLimits(['OPEN_NOTIONAL USD', '100 USD']);
    const { orderId } = scene.struck({ matchAfterMs: 1_000 }, 'BUY', alice, '1 @ 90');
    const markets = venueWith('none').markets.map((market) => ({ ...market, takerFeePpm: 90_000 }));
    scene.do({ type: 'ConfigureVenue', venue: venueWith('none', { markets }) });
    const released = scene.release(orderId);
    expect(released.outcome).toBe('EXPIRED HOLD_TOO_SMALL');
    expect(told(released)).toEqual(['EASED to NORMAL OPEN_NOTIONAL USD 0 of 10000']);
  });

  it('is, of an order that passes what refused another one, how the account stands now', () => {
    setLimits(['POSITION BTC', '6 BTC']);
    expect(buy('2 @ 90')).toEqual(['REFUSED POSITION BTC 70000 of 60000']);
    expect(buy('0.5 @ 90')).toEqual(['EASED to WARNING POSITION BTC 55000 of 60000']);
  });

  it('is nothing where an order is refused for something else', () => {
    setLimits(['ORDER_QUANTITY BTC-USD', '1 BTC']);
    scene.do({ type: 'ChangeMarketStatus', symbol: 'BTC-USD', status: 'HALTED' });
    expect(buy('2 @ 90')).toEqual([]);
  });

  it('is told by a restored exchange as by the one before it', () => {
    setLimits(['DAILY_LOSS USD', '20 USD'], ['OPEN_NOTIONAL USD', '100 USD'], ['ORDER_RATE', 1n]);
    buy('1 @ 90');
    const snapshot = JSON.parse(JSON.stringify(takeSnapshot(scene.exchange)));
    const { levels, costs } = snapshot.accounts.find(
      ({ accountId }: { accountId: number }) => accountId === alice,
    ).risk;
    expect([levels, costs]).toEqual([
      [
        ['ORDER_RATE', 'WARNING'],
        ['OPEN_NOTIONAL USD', 'WARNING'],
      ],
      [['USD', '50000']],
    ]);
    const restored = restoreSnapshot(snapshot);
    const stamp = { sequence: restored.sequence + 1, time: restored.time };
    const told = restored.execute(movement(scene, '95'), stamp);
    expect(told.events.map(({ type }) => type)).toEqual(['PricesMoved', 'RiskLimitBreached']);
    expect(scene.do(movement(scene, '95'))).toEqual(told);
  });

  it('is over when the orders of a second are', () => {
    setLimits(['ORDER_RATE', 2n]);
    expect(buy('0.1 @ 90')).toEqual([]);
    expect(buy('0.1 @ 90')).toEqual(['WARNING ORDER_RATE 2 of 2']);
    expect(buy('0.1 @ 90')).toEqual(['REFUSED ORDER_RATE 3 of 2']);
    scene.time += 1_000;
    expect(told(scene.do(movement(scene, '100')))).toEqual([]);
    expect(buy('0.1 @ 90')).toEqual(['EASED to NORMAL ORDER_RATE 1 of 2']);
  });

  it('is nothing of accounts that have no limits any more', () => {
    setLimits(['POSITION BTC', '1 BTC']);
    setLimits();
    expect(deposit('1 BTC')).toEqual([]);
    expect(scene.exchange.state.risk.limited.size).toBe(0);
  });

  it('comes with a share that can be chosen', () => {
    const limits = limitsOf(['POSITION BTC', '10 BTC']);
    const set = (warnAtPercent: number) =>
      told(scene.do({ type: 'SetRiskLimits', accountId: alice, warnAtPercent, limits }));
    expect(set(51)).toEqual([]);
    expect(set(50)).toEqual(['WARNING POSITION BTC 50000 of 100000']);
  });
});

function movement({ exchange }: Scene, price: string) {
  const priceTicks = Number(price);
  return { type: 'MovePrices', beat: exchange.state.beat + 1, prices: [{ symbol: 'BTC-USD', priceTicks }] } as const;
}

/** What a command told of limits: `WARNING POSITION BTC 8 of 10`. */
function told({ events }: Pick<Execution, 'events'>): string[] {
  return events.flatMap((event) => {
    const word = wordOf(event);
    if (word === undefined || !('value' in event)) return [];
    const { kind, of, value, limit } = event;
    return [`${word} ${kind}${of === undefined ? '' : ` ${of}`} ${value} of ${limit}`];
  });
}

function wordOf(event: Event): string | undefined {
  if (event.type === 'RiskWarningRaised') return 'WARNING';
  if (event.type === 'RiskLimitBreached') return event.orderId === undefined ? 'BREACHED' : 'REFUSED';
  return event.type === 'RiskEased' ? `EASED to ${event.level}` : undefined;
}
