import type { PlaceOrder } from '../command.js';
import { Scene, venueWith } from '../exchange.fixture.js';
import { restoreSnapshot, takeSnapshot } from '../snapshot.js';
import { judgeOrder, type OrderJudgement } from './judgement.js';
import { limitsOf } from './limits/limits.fixture.js';

describe('what the rules saw of an order', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene('ladder');
    alice = scene.account('alice', '1000 USD', '5 BTC');
    bob = scene.account('bob', '1000 USD', '5 BTC');
    scene.move('100');
  });

  /** Places an order, and judges it on a copy of the exchange as it was before. */
  function judged(change: Partial<PlaceOrder> = {}): OrderJudgement {
    const command: PlaceOrder = {
      ...{ type: 'PlaceOrder', accountId: alice, symbol: 'BTC-USD', side: 'BUY', orderType: 'LIMIT' },
      ...{ timeInForce: 'GTC', quantity: 10_000n, price: 98_00n, postOnly: false, selfTradePrevention: 'EXPIRE_TAKER' },
      ...change,
    };
    const before = restoreSnapshot(takeSnapshot(scene.exchange));
    const { events } = scene.do(command);
    return judgeOrder(before, { sequence: scene.exchange.sequence, time: scene.time, command, events });
  }

  /** Each rule that was asked, in words: `price-on-tick PASSED price 98 USD, tickSize 1 USD`. */
  const words = ({ rules }: OrderJudgement) =>
    rules
      .filter(({ outcome }) => outcome !== 'NOT_ASKED')
      .map(({ rule, outcome, numbers }) =>
        [rule, outcome, numbers.map(({ name, value, unit }) => [name, value, unit].join(' ').trim()).join(', ')]
          .join(' ')
          .trim(),
      );
  const rule = (name: string, judgement: OrderJudgement) =>
    words(judgement).find((text) => text.startsWith(`${name} `));

  const atMarket = { orderType: 'MARKET', timeInForce: 'IOC', price: undefined } as const;

  it('are, of a limit order, its price, its size, its cost and its place', () => {
    scene.buy(bob, '1 @ 98');
    scene.buy(bob, '0.5 @ 98');
    const judgement = judged();
    expect(words(judgement)).toEqual([
      'account-active PASSED accountStatus ACTIVE',
      'kill-switch PASSED ofAccount RELEASED, ofAll RELEASED',
      'market-open PASSED marketStatus OPEN',
      'price-current NOT_CONCERNED',
      'price-on-tick PASSED price 98 USD, tickSize 1 USD',
      'price-range PASSED price 98 USD, highest 8998201053687 USD',
      'quantity-on-lot PASSED quantity 1 BTC, lotSize 0.01 BTC',
      'quantity-limits PASSED quantity 1 BTC, minimum 0.02 BTC, maximum 10 BTC',
      'notional-minimum PASSED worth 98 USD, minimum 5 USD',
      'price-collar PASSED price 98 USD, highest 110 USD, referencePrice 100 USD, collar 1000 bps',
      'open-orders PASSED open 0, maximum 5',
      'account-limits NOT_CONCERNED',
      'market-liquidity NOT_CONCERNED',
      'post-only NOT_CONCERNED',
      'sufficient-funds PASSED couldCost 98.19 USD, available 1000 USD',
      'balance-limit PASSED has 5 BTC, brings 1 BTC, highest 461168601842738.7903 BTC',
    ]);
    expect(judgement.market).toEqual({ referencePrice: '100', bestBid: '99', bestAsk: '101', fillable: '0' });
    expect(judgement.queue).toEqual({ price: '98', ordersAhead: 2, quantityAhead: '1.5', quotedAhead: '0.2' });
    expect(judged({ price: 95_00n }).queue).toEqual({ price: '95', ordersAhead: 0, quantityAhead: '0' });
    expect(rule('balance-limit', judged({ price: 105_00n }))).toContain('brings 1 BTC');
  });

  it('are, of a market order to sell, what the book can give', () => {
    const judgement = judged({ ...atMarket, side: 'SELL', quantity: 5_000n });
    expect(words(judgement).filter((text) => !text.endsWith('NOT_CONCERNED'))).toEqual([
      'account-active PASSED accountStatus ACTIVE',
      'kill-switch PASSED ofAccount RELEASED, ofAll RELEASED',
      'market-open PASSED marketStatus OPEN',
      'quantity-on-lot PASSED quantity 0.5 BTC, lotSize 0.01 BTC',
      'quantity-limits PASSED quantity 0.5 BTC, minimum 0.02 BTC, maximum 10 BTC',
      'notional-minimum PASSED worth 49.5 USD, minimum 5 USD',
      'market-liquidity PASSED fillable 0.5 BTC, worth 48.9 USD, reachesTo 90 USD',
      'sufficient-funds PASSED couldCost 0.5 BTC, available 5 BTC',
      'balance-limit PASSED has 1000 USD, brings 50 USD, highest 46116860184273879.03 USD',
    ]);
    expect(judgement.market.fillable).toBe('0.5');
    expect(judgement).not.toHaveProperty('queue');
  });

  it('are, of a market order by quote quantity, what that buys', () => {
    const judgement = judged({ ...atMarket, quantity: undefined, quoteQuantity: 50_00n });
    expect(rule('quantity-on-lot', judgement)).toBe('quantity-on-lot NOT_CONCERNED');
    expect(rule('quantity-limits', judgement)).toContain('quantity 0.48 BTC');
    expect(rule('notional-minimum', judgement)).toContain('worth 50 USD');
    expect(rule('market-liquidity', judgement)).toContain('fillable 0.48 BTC, worth 49.04 USD, reachesTo 110 USD');
    expect(rule('sufficient-funds', judgement)).toContain('couldCost 50 USD');
    expect(rule('balance-limit', judgement)).toContain('brings 0.48 BTC');
  });

  it('are those of the limits that the account has', () => {
    const limits = limitsOf(
      ['ORDER_RATE', 5n],
      ['ORDER_QUANTITY BTC-USD', '2 BTC'],
      ['ORDER_QUANTITY ETH-USD', '2 ETH'],
      ['PRICE_BAND', 500n],
      ['POSITION BTC', '9 BTC'],
    );
    scene.do({ type: 'SetRiskLimits', accountId: alice, warnAtPercent: 80, limits });
    expect(rule('account-limits', judged())).toBe(
      [
        'account-limits PASSED ORDER_RATE 1 orders, ORDER_RATE limit 5 orders',
        'ORDER_QUANTITY BTC-USD 1 BTC, ORDER_QUANTITY BTC-USD limit 2 BTC',
        'PRICE_BAND 0 bps, PRICE_BAND limit 500 bps',
        'POSITION BTC 6 BTC, POSITION BTC limit 9 BTC',
      ].join(', '),
    );
  });

  it('are the switches, the market and the price as they stand', () => {
    scene.do({ type: 'EngageKillSwitch', accountId: alice, reason: 'enough' });
    const refused = judged();
    expect(words(refused)).toEqual([
      'account-active PASSED accountStatus ACTIVE',
      'kill-switch REFUSED ofAccount ENGAGED, ofAll RELEASED',
    ]);
    expect(refused.rules[1]).toMatchObject({ rejectCode: 'KILL_SWITCH_ENGAGED', reason: expect.any(String) });
    expect(refused.rules[2]).toEqual({ rule: 'market-open', outcome: 'NOT_ASKED', numbers: [] });
    expect(refused.market).toEqual({ referencePrice: '100', bestBid: '99', bestAsk: '101' });
    scene.do({ type: 'EngageKillSwitch', reason: 'enough' });
    expect(rule('kill-switch', judged({ accountId: bob }))).toBe(
      'kill-switch REFUSED ofAccount RELEASED, ofAll ENGAGED',
    );
    scene.do({ type: 'ReleaseKillSwitch' });
    scene.do({ type: 'ConfigureVenue', venue: venueWith('ladder', { stalePrice: 'halt' }) });
    expect(rule('price-current', judged({ accountId: bob }))).toBe('price-current PASSED referencePrice CURRENT');
    scene.moveStale();
    expect(rule('price-current', judged({ accountId: bob }))).toBe('price-current REFUSED referencePrice STALE');
    scene.do({ type: 'ChangeMarketStatus', symbol: 'BTC-USD', status: 'HALTED' });
    expect(rule('market-open', judged({ accountId: bob }))).toBe('market-open REFUSED marketStatus HALTED');
  });

  it('are, of an order that may only make, the price that it would meet', () => {
    expect(rule('post-only', judged({ postOnly: true }))).toBe('post-only PASSED price 98 USD, bestOpposite 101 USD');
    expect(rule('post-only', judged({ postOnly: true, price: 101_00n }))).toBe(
      'post-only REFUSED price 101 USD, bestOpposite 101 USD',
    );
    expect(rule('post-only', judged({ postOnly: true, side: 'SELL' }))).toContain('bestOpposite 99 USD');
  });

  it('are, of the collar for a sale, how low it may go', () => {
    expect(rule('price-collar', judged({ side: 'SELL' }))).toBe(
      'price-collar PASSED price 98 USD, lowest 90 USD, referencePrice 100 USD, collar 1000 bps',
    );
  });

  it('are nothing that there is not: no reference price, nobody in the book', () => {
    scene = new Scene();
    alice = scene.account('alice', '1000 USD', '5 BTC');
    const judgement = judged({ side: 'SELL', postOnly: true });
    expect(rule('quantity-limits', judgement)).toContain('quantity 1 BTC');
    expect(rule('price-collar', judgement)).toBe('price-collar NOT_CONCERNED');
    expect(rule('post-only', judgement)).toBe('post-only PASSED price 98 USD');
    expect(rule('sufficient-funds', judgement)).toBe('sufficient-funds PASSED couldCost 1 BTC, available 5 BTC');
    expect(rule('balance-limit', judgement)).toContain('has 1000 USD, brings 98 USD');
    expect(judgement.market).toEqual({ fillable: '0' });
    const bought = judged({ ...atMarket, quantity: undefined, quoteQuantity: 50_00n });
    expect(bought.market).toMatchObject({ bestAsk: '98' });
    const sale = judged({ ...atMarket, quantity: 5_000n, side: 'SELL' });
    expect(rule('notional-minimum', sale)).toBe('notional-minimum NOT_CONCERNED');
    const budget = judged({ ...atMarket, quantity: undefined, quoteQuantity: 50_00n, side: 'SELL' });
    expect(rule('quantity-limits', budget)).toBe('quantity-limits NOT_CONCERNED');
  });

  it('are, of quotes that never run dry, that they come first without an end', () => {
    scene.do({ type: 'ConfigureVenue', venue: venueWith('frictionless') });
    expect(judged({ price: 99_00n }).queue).toEqual({
      ...{ price: '99', ordersAhead: 0, quantityAhead: '0', quotedAhead: 'unlimited' },
    });
  });
});
