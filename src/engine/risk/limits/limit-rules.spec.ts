import { btcUsd, ethBtc, ethUsd, money, Scene, venueWith } from '../../exchange.fixture.js';
import { dailyLoss } from './daily-loss.js';
import { type LimitWords, limitsOf } from './limits.fixture.js';

function limited(scene: Scene, accountId: number, ...limits: LimitWords[]): void {
  scene.do({ type: 'SetRiskLimits', accountId, warnAtPercent: 80, limits: limitsOf(...limits) });
}

describe('the limits of an account', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice', '10000 USD', '5 BTC');
    bob = scene.account('bob', '100000 USD', '50 BTC');
    scene.move('100');
  });

  const setLimits = (...limits: LimitWords[]) => limited(scene, alice, ...limits);

  describe('orders a second', () => {
    beforeEach(() => setLimits(['ORDER_RATE', 2n]));

    it('are counted from full second to full second of the venue', () => {
      scene.time = 1_000_001;
      expect(scene.buy(alice, '0.1 @ 90').outcome).toBe('RESTING');
      scene.time = 1_000_999;
      expect(scene.buy(alice, '0.1 @ 90').outcome).toBe('RESTING');
      const { outcome, reason } = scene.buy(alice, '0.1 @ 90');
      expect(outcome).toBe('REJECTED ORDER_RATE_LIMIT');
      expect(reason).toBe('The order would be number 3 within this second, and the account may place 2.');
      scene.time = 1_001_000;
      expect(scene.buy(alice, '0.1 @ 90').outcome).toBe('RESTING');
    });

    it('do not count those that were refused, nor those of others', () => {
      scene.buy(alice, '0.1 @ 90');
      expect(scene.buy(alice, '0.1 @ 200').outcome).toBe('REJECTED PRICE_OUTSIDE_COLLAR');
      for (let count = 0; count < 3; count += 1) expect(scene.buy(bob, '0.1 @ 90').outcome).toBe('RESTING');
      expect(scene.buy(alice, '0.1 @ 90').outcome).toBe('RESTING');
    });

    it('go on being counted under new limits', () => {
      scene.buy(alice, '0.1 @ 90');
      setLimits(['ORDER_RATE', 1n]);
      expect(scene.buy(alice, '0.1 @ 90').outcome).toBe('REJECTED ORDER_RATE_LIMIT');
    });
  });

  describe('the quantity of an order', () => {
    beforeEach(() => setLimits(['ORDER_QUANTITY BTC-USD', '1 BTC']));

    it('may be the limit and no more, in this market', () => {
      expect(scene.buy(alice, '1 @ 90').outcome).toBe('RESTING');
      const { outcome, reason } = scene.buy(alice, '1.01 @ 90');
      expect(outcome).toBe('REJECTED ORDER_QUANTITY_LIMIT');
      expect(reason).toBe("The order is for 1.01 BTC, and the account's largest order in BTC-USD is 1 BTC.");
      scene.move('50', 0, 'ETH-USD');
      expect(scene.buy(alice, '2 @ 50', 'ETH-USD').outcome).toBe('RESTING');
    });

    it('of an order by quote quantity is what that buys', () => {
      scene.sell(bob, '5 @ 100');
      expect(scene.buy(alice, '150 USD').outcome).toBe('REJECTED ORDER_QUANTITY_LIMIT');
      expect(scene.buy(alice, '100 USD').fills).toEqual(['bob 0.99 @ 100']);
    });
  });

  describe('the value of an order', () => {
    beforeEach(() => setLimits(['ORDER_NOTIONAL USD', '200 USD']));

    it('is that at its limit', () => {
      expect(scene.buy(alice, '2 @ 100').outcome).toBe('RESTING');
      const { outcome, reason } = scene.buy(alice, '2.01 @ 100');
      expect(outcome).toBe('REJECTED ORDER_NOTIONAL_LIMIT');
      expect(reason).toBe("The order could be worth 201 USD, and the account's largest order is 200 USD.");
    });

    it('of a sale is what it brings at once, and its limit for the rest', () => {
      scene.buy(bob, '1 @ 105');
      expect(scene.sell(alice, '2 @ 95').outcome).toBe('RESTING');
      scene.buy(bob, '1 @ 105 POST_ONLY');
      scene.do({ type: 'CancelOrders', accountId: alice });
      scene.buy(bob, '1 @ 106');
      expect(scene.sell(alice, '2 @ 95').reason).toContain('could be worth 201 USD');
    });

    it('of a market order is what it would trade now', () => {
      scene.sell(bob, '1 @ 100');
      scene.sell(bob, '2 @ 101');
      expect(scene.buy(alice, '2').reason).toContain('could be worth 201 USD');
      expect(scene.buy(alice, '201 USD').reason).toContain('could be worth 201 USD');
      expect(scene.buy(alice, '1.98').outcome).toBe('FILLED');
    });
  });

  describe('the price band', () => {
    beforeEach(() => setLimits(['PRICE_BAND', 200n]));

    it('is a tighter collar, for prices that are worse than the market', () => {
      expect(scene.buy(alice, '0.1 @ 102').outcome).toBe('RESTING');
      const { outcome, reason } = scene.buy(alice, '0.1 @ 103');
      expect(outcome).toBe('REJECTED PRICE_BAND_LIMIT');
      expect(reason).toBe(
        'Price 103 is 300 basis points beyond the reference price 100, and the account may go 200 beyond it.',
      );
      expect(scene.sell(alice, '0.1 @ 97 POST_ONLY').outcome).toBe('REJECTED PRICE_BAND_LIMIT');
      expect(scene.buy(alice, '0.1 @ 60').outcome).toBe('RESTING');
      expect(scene.buy(bob, '0.1 @ 103').outcome).toBe('RESTING');
    });

    it('is how far a market order reaches', () => {
      scene.sell(bob, '1 @ 102');
      scene.sell(bob, '1 @ 103');
      expect(scene.buy(alice, '2')).toMatchObject({ outcome: 'EXPIRED NO_LIQUIDITY', fills: ['bob 1 @ 102'] });
      const { outcome, reason } = scene.buy(alice, '1');
      expect(outcome).toBe('REJECTED PRICE_BAND_LIMIT');
      expect(reason).toContain('The best price 103 is 300 basis points beyond the reference price 100');
    });

    it('that is wider than the collar leaves that as it is', () => {
      setLimits(['PRICE_BAND', 5_000n]);
      scene.sell(bob, '1 @ 110');
      expect(scene.buy(alice, '0.1 @ 111').outcome).toBe('REJECTED PRICE_OUTSIDE_COLLAR');
      expect(scene.buy(alice, '1').outcome).toBe('FILLED');
    });
  });

  describe('what is open', () => {
    beforeEach(() => setLimits(['OPEN_NOTIONAL USD', '300 USD']));

    it('is counted on both sides and in all markets of the quote asset', () => {
      scene.move('50', 0, 'ETH-USD');
      scene.buy(alice, '1 @ 90');
      scene.sell(alice, '1 @ 110');
      expect(scene.buy(alice, '2 @ 50', 'ETH-USD').outcome).toBe('RESTING');
      const { outcome, reason } = scene.buy(alice, '0.1 @ 90');
      expect(outcome).toBe('REJECTED OPEN_NOTIONAL_LIMIT');
      expect(reason).toBe('With this order 309 USD would be open, and the account may have 300 USD open.');
    });

    it('is what an order leaves in the book: what is filled at once is not open', () => {
      scene.sell(bob, '5 @ 100');
      expect(scene.buy(alice, '5 @ 100').outcome).toBe('FILLED');
      expect(scene.buy(alice, '4 @ 100 IOC').outcome).toBe('EXPIRED IMMEDIATE_OR_CANCEL');
      scene.sell(bob, '1 @ 100');
      expect(scene.buy(alice, '4 @ 100').outcome).toBe('RESTING');
      expect(scene.exchange.account(alice)!.risk!.openNotionalIn('USD')).toBe(300_00n);
    });

    it('is less again when orders are filled or canceled', () => {
      const { orderId } = scene.buy(alice, '3 @ 100');
      scene.sell(bob, '1 @ 100');
      expect(scene.buy(alice, '1 @ 100').outcome).toBe('RESTING');
      expect(scene.buy(alice, '0.05 @ 100').outcome).toBe('REJECTED OPEN_NOTIONAL_LIMIT');
      scene.cancel(orderId);
      expect(scene.buy(alice, '2 @ 100').outcome).toBe('RESTING');
    });
  });

  describe('the position', () => {
    beforeEach(() => setLimits(['POSITION BTC', '6 BTC']));

    it('is what the account has and what its orders could bring', () => {
      expect(scene.buy(alice, '0.6 @ 90').outcome).toBe('RESTING');
      const { outcome, reason } = scene.buy(alice, '0.5 @ 90');
      expect(outcome).toBe('REJECTED POSITION_LIMIT');
      expect(reason).toBe('With this order the account could come to have 6.1 BTC, and it may have 6 BTC.');
      expect(scene.buy(alice, '0.4 @ 90').outcome).toBe('RESTING');
    });

    it('does not stop what makes it smaller, even beyond the limit', () => {
      scene.do({ type: 'Deposit', accountId: alice, ...money('5 BTC') });
      expect(scene.sell(alice, '1 @ 100').outcome).toBe('RESTING');
      expect(scene.buy(alice, '0.1 @ 90').outcome).toBe('REJECTED POSITION_LIMIT');
    });

    it('in a quote asset is what sales could bring', () => {
      setLimits(['POSITION USD', '10200 USD']);
      expect(scene.sell(alice, '2 @ 100').outcome).toBe('RESTING');
      expect(scene.sell(alice, '0.1 @ 100').reason).toBe(
        'With this order the account could come to have 10210 USD, and it may have 10200 USD.',
      );
      expect(scene.buy(alice, '1 @ 90').outcome).toBe('RESTING');
    });

    it('counts what is filled at once and not what expires', () => {
      scene.sell(bob, '1 @ 100');
      expect(scene.buy(alice, '3 @ 100 IOC').fills).toEqual(['bob 1 @ 100']);
      expect(scene.buy(alice, '1 @ 100').outcome).toBe('REJECTED POSITION_LIMIT');
    });
  });

  it('in one quote asset have nothing to do with markets of another', () => {
    setLimits(['ORDER_NOTIONAL BTC', 1n], ['OPEN_NOTIONAL BTC', 1n], ['DAILY_LOSS BTC', 1n]);
    expect(scene.buy(alice, '1 @ 105').outcome).toBe('RESTING');
  });

  it('count what is open when they are set', () => {
    scene.buy(alice, '1 @ 90');
    setLimits(['OPEN_NOTIONAL USD', '100 USD']);
    expect(scene.buy(alice, '0.2 @ 90').outcome).toBe('REJECTED OPEN_NOTIONAL_LIMIT');
  });

  it('of what is open, or could come, let in what opens nothing', () => {
    scene.sell(bob, '3 @ 100');
    scene.buy(alice, '1 @ 90');
    setLimits(['OPEN_NOTIONAL USD', '50 USD']);
    expect(scene.buy(alice, '1').outcome).toBe('FILLED');
    expect(scene.buy(alice, '1 @ 100').outcome).toBe('FILLED');
    expect(scene.struck({ matchAfterMs: 1_000 }, 'BUY', alice, '1').outcome).not.toContain('REJECTED');
  });

  it('of what is open do not count the rest of an order that meets its own', () => {
    scene.sell(alice, '1 @ 105');
    setLimits(['OPEN_NOTIONAL USD', '150 USD']);
    expect(scene.buy(alice, '1 @ 105').outcome).toBe('EXPIRED SELF_TRADE_PREVENTION');
  });

  it('of the position in a quote asset count what a sale brings at once', () => {
    setLimits(['POSITION USD', '10104 USD']);
    scene.buy(bob, '1 @ 105');
    expect(scene.sell(alice, '1 @ 95').reason).toBe(
      'With this order the account could come to have 10105 USD, and it may have 10104 USD.',
    );
  });

  it('of the position in a quote asset count a sale that waits once: at its limit, or at the prices of now', () => {
    scene.buy(bob, '2 @ 105');
    const waiting = { matchAfterMs: 1_000 };
    setLimits(['POSITION USD', '10104 USD']);
    expect(scene.struck(waiting, 'SELL', alice, '1').outcome).toBe('REJECTED POSITION_LIMIT');
    expect(scene.struck(waiting, 'SELL', alice, '1 @ 95').outcome).not.toContain('REJECTED');
    expect(scene.exchange.account(alice)!.risk!.incomingOf('USD')).toBe(95_00n);
  });

  it('of the value of a purchase take its limit, not what it would trade at', () => {
    setLimits(['ORDER_NOTIONAL USD', '102 USD']);
    scene.sell(bob, '1 @ 100');
    expect(scene.buy(alice, '1 @ 105').outcome).toBe('REJECTED ORDER_NOTIONAL_LIMIT');
  });

  it('other than a price band leave a market order its reach', () => {
    setLimits(['ORDER_RATE', 5n]);
    scene.sell(bob, '1 @ 105');
    expect(scene.buy(alice, '1').outcome).toBe('FILLED');
  });

  it('of the price have nothing to compare it with before there is a reference price', () => {
    setLimits(['PRICE_BAND', 1n]);
    expect(scene.buy(alice, '1 @ 50', 'ETH-USD').outcome).toBe('RESTING');
    expect(scene.sell(bob, '1 @ 50', 'ETH-BTC').outcome).toContain('REJECTED');
  });

  it('are asked in the order of their codes', () => {
    setLimits(
      ['DAILY_LOSS USD', '1 USD'],
      ['POSITION BTC', '5 BTC'],
      ['OPEN_NOTIONAL USD', '1 USD'],
      ['PRICE_BAND', 100n],
      ['ORDER_NOTIONAL USD', '100 USD'],
      ['ORDER_QUANTITY BTC-USD', '1 BTC'],
      ['ORDER_RATE', 1n],
    );
    const without = [
      'ORDER_RATE',
      'ORDER_QUANTITY',
      'ORDER_NOTIONAL',
      'PRICE_BAND',
      'OPEN_NOTIONAL',
      'POSITION',
      'DAILY_LOSS',
    ];
    scene.sell(alice, '0.1');
    scene.sell(alice, '0.5 @ 100 IOC');
    const { limits } = scene.exchange.account(alice)!.risk!;
    expect(limits.map(({ kind }) => kind)).toEqual(without);
    for (const kind of without) {
      expect(scene.buy(alice, '2 @ 105').outcome).toBe(`REJECTED ${kind}_LIMIT`);
      const left = scene.exchange.account(alice)!.risk!.limits.filter((limit) => limit.kind !== kind);
      scene.do({ type: 'SetRiskLimits', accountId: alice, warnAtPercent: 80, limits: left });
    }
    expect(scene.buy(alice, '2 @ 105').outcome).toBe('RESTING');
    expect(scene.exchange.account(alice)!.risk).toBeUndefined();
  });
});

describe('the loss of a day', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;
  const loss = () => {
    const { state, time } = scene.exchange;
    return dailyLoss.now!(scene.exchange.account(alice)!, 'USD', state, time);
  };

  beforeEach(() => {
    scene = new Scene();
    scene.time = Date.UTC(2026, 0, 2, 12);
    alice = scene.account('alice', '10000 USD', '5 BTC');
    bob = scene.account('bob', '100000 USD', '50 BTC');
    scene.move('100');
    limited(scene, alice, ['DAILY_LOSS USD', '50 USD']);
  });

  it('is that of the prices, from when the limit was set', () => {
    expect(loss()).toBe(0n);
    scene.move('97');
    expect(loss()).toBe(15_00n);
    scene.move('102');
    expect(loss()).toBe(0n);
  });

  it('is that of trades, with their fees', () => {
    scene.sell(bob, '1 @ 103');
    scene.buy(alice, '1 @ 103');
    expect(loss()).toBe(3_20n);
    scene.buy(bob, '1 @ 99');
    scene.sell(alice, '1 @ 99');
    expect(loss()).toBe(3_20n + 1_00n + 19n);
  });

  it('has nothing to do with what comes and goes, by itself or by trades for another asset', () => {
    scene.move('50', 0, 'ETH-USD');
    scene.do({ type: 'Deposit', accountId: alice, ...money('1.5 BTC') });
    scene.do({ type: 'Withdraw', accountId: alice, ...money('500 USD') });
    scene.do({ type: 'Transfer', fromAccountId: alice, toAccountId: bob, ...money('2 BTC') });
    scene.do({ type: 'Deposit', accountId: bob, ...money('10 ETH') });
    scene.sell(bob, '2 @ 0.9', 'ETH-BTC');
    expect(scene.buy(alice, '2 @ 0.9', 'ETH-BTC').outcome).toBe('FILLED');
    expect(loss()).toBe(0n);
    scene.move('99');
    expect(loss()).toBe(2_70n);
    scene.move('49', 0, 'ETH-USD');
    expect(loss()).toBe(4_70n);
  });

  it('begins anew with each day in UTC, at the prices that it begins with', () => {
    scene.move('95');
    expect(loss()).toBe(25_00n);
    scene.time = Date.UTC(2026, 0, 2, 23, 59, 59, 999);
    scene.move('94');
    expect(loss()).toBe(30_00n);
    scene.time += 1;
    expect(loss()).toBe(30_00n);
    scene.move('93');
    expect(loss()).toBe(5_00n);
  });

  it('counts a market from its first price on', () => {
    scene.do({ type: 'Deposit', accountId: alice, ...money('10 ETH') });
    scene.do({ type: 'Deposit', accountId: bob, ...money('10 ETH') });
    scene.sell(bob, '1 @ 60', 'ETH-USD');
    expect(scene.buy(alice, '1 @ 60', 'ETH-USD').outcome).toBe('FILLED');
    expect(loss()).toBe(0n);
    scene.move('50', 0, 'ETH-USD');
    expect(loss()).toBe(0n);
    scene.move('49', 0, 'ETH-USD');
    expect(loss()).toBe(11_00n);
  });

  it('refuses purchases that could take it beyond the limit at once, and never a sale', () => {
    scene.move('91');
    expect(loss()).toBe(45_00n);
    expect(scene.buy(alice, '1 @ 91').outcome).toBe('RESTING');
    const { outcome, reason } = scene.buy(alice, '1 @ 96');
    expect(outcome).toBe('REJECTED DAILY_LOSS_LIMIT');
    expect(reason).toBe("The order could take today's loss to 50.19 USD, and the account may lose 50 USD a day.");
    scene.move('89');
    expect(loss()).toBe(55_00n);
    expect(scene.buy(alice, '0.1 @ 80').outcome).toBe('REJECTED DAILY_LOSS_LIMIT');
    expect(scene.sell(alice, '1 @ 92').outcome).toBe('RESTING');
  });

  it('refuses purchases at the market that could take it beyond the limit', () => {
    limited(scene, alice, ['DAILY_LOSS USD', '5.20 USD']);
    scene.sell(bob, '1 @ 105');
    expect(scene.buy(alice, '2').reason).toBe(
      "The order could take today's loss to 5.21 USD, and the account may lose 5.2 USD a day.",
    );
    limited(scene, alice, ['DAILY_LOSS USD', '5.21 USD']);
    expect(scene.buy(alice, '2').fills).toEqual(['bob 1 @ 105']);
  });

  it('is not made good by what is bought below the reference price', () => {
    scene.move('89');
    expect(scene.buy(alice, '1 @ 82').reason).toContain("take today's loss to 55 USD");
  });

  it('takes its price from the market that is listed first, of two with the same assets', () => {
    const markets = [btcUsd, ethUsd, ethBtc, { ...btcUsd, symbol: 'BTC-USD.2' }];
    scene.do({ type: 'ConfigureVenue', venue: venueWith('none', { markets }) });
    scene.move('200', 0, 'BTC-USD.2');
    scene.move('97');
    expect(loss()).toBe(15_00n);
    limited(scene, alice);
    limited(scene, alice, ['DAILY_LOSS USD', '50 USD']);
    scene.move('100', 0, 'BTC-USD.2');
    scene.move('96');
    expect(loss()).toBe(5_00n);
  });

  it('in another asset is that of the markets of that asset alone', () => {
    scene.do({ type: 'Deposit', accountId: alice, ...money('10 ETH') });
    scene.move('50', 0, 'ETH-USD');
    scene.move('0.5', 0, 'ETH-BTC');
    limited(scene, alice, ['DAILY_LOSS BTC', '1 BTC']);
    scene.do({ type: 'Deposit', accountId: alice, ...money('1 ETH') });
    scene.move('40', 0, 'ETH-USD');
    scene.move('90');
    const lost = () => dailyLoss.now!(scene.exchange.account(alice)!, 'BTC', scene.exchange.state, scene.exchange.time);
    expect(lost()).toBe(0n);
    scene.move('0.4', 0, 'ETH-BTC');
    expect(lost()).toBe(1_1000n);
  });

  it('looks at a new day before anything has happened on it', () => {
    scene.move('89');
    expect(scene.buy(alice, '0.1 @ 80').outcome).toBe('REJECTED DAILY_LOSS_LIMIT');
    scene.time = Date.UTC(2026, 0, 3);
    expect(scene.buy(alice, '0.1 @ 80').outcome).toBe('RESTING');
  });

  it('goes on under a new limit', () => {
    scene.move('97');
    limited(scene, alice, ['DAILY_LOSS USD', '500 USD']);
    expect(loss()).toBe(15_00n);
  });
});
