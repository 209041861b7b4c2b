import type { PlaceOrder } from '../command.js';
import { Scene, venueWith } from '../exchange.fixture.js';
import { liquidityAccountId } from '../ids.js';
import { amountMax } from '../money.js';
import { type RejectCode, rejectCodes } from '../reject.js';

describe('risk rules', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice', '1000 USD', '5 BTC');
    bob = scene.account('bob', '100000 USD', '50 BTC');
    scene.move('100');
    scene.sell(bob, '1 @ 101');
  });

  const order = (change: Partial<PlaceOrder> = {}): PlaceOrder => ({
    type: 'PlaceOrder',
    accountId: alice,
    symbol: 'BTC-USD',
    side: 'BUY',
    orderType: 'LIMIT',
    timeInForce: 'GTC',
    quantity: 10_000n,
    price: 100_00n,
    postOnly: false,
    selfTradePrevention: 'EXPIRE_TAKER',
    ...change,
  });

  it.each<[Partial<PlaceOrder>, RejectCode, string]>([
    [{ price: 100_50n }, 'PRICE_NOT_ON_TICK', 'Price 100.5 is not a multiple of the tick size 1 of BTC-USD.'],
    [
      { price: amountMax - (amountMax % 100n), side: 'SELL' },
      'PRICE_TOO_HIGH',
      'Price 92233720368547758 is above 8998201053687, the highest that BTC-USD can take.',
    ],
    [{ quantity: 10_050n }, 'QUANTITY_NOT_ON_LOT', 'Quantity 1.005 is not a multiple of the lot size 0.01 of BTC-USD.'],
    [{ quantity: 100n }, 'QUANTITY_TOO_SMALL', 'Quantity 0.01 BTC is below the minimum of 0.02 BTC.'],
    [{ quantity: 100_100n }, 'QUANTITY_TOO_LARGE', 'Quantity 10.01 BTC is above the maximum of 10 BTC.'],
    [{ quantity: 400n }, 'NOTIONAL_TOO_SMALL', 'The order is worth 4 USD, less than the minimum of 5 USD.'],
    [
      { price: 111_00n },
      'PRICE_OUTSIDE_COLLAR',
      'Price 111 is above 110, 1000 basis points from the reference price 100.',
    ],
    [
      { price: 89_00n, side: 'SELL' },
      'PRICE_OUTSIDE_COLLAR',
      'Price 89 is below 90, 1000 basis points from the reference price 100.',
    ],
    [
      { price: 102_00n, postOnly: true },
      'POST_ONLY_WOULD_TAKE',
      'A post-only BUY at 102 would trade at once with the best price 101.',
    ],
    [
      { quantity: 100_000n },
      'INSUFFICIENT_FUNDS',
      'The order could cost 1002 USD, fees included, and 1000 USD is available.',
    ],
    [
      { quantity: 50_100n, side: 'SELL', price: 105_00n },
      'INSUFFICIENT_FUNDS',
      'The order could cost 5.01 BTC and 5 BTC is available.',
    ],
    [
      { price: undefined, orderType: 'MARKET', timeInForce: 'IOC', side: 'SELL' },
      'NO_LIQUIDITY',
      'Nobody buys in BTC-USD now.',
    ],
    [
      { price: undefined, quantity: 300n, orderType: 'MARKET', timeInForce: 'IOC' },
      'NOTIONAL_TOO_SMALL',
      'The order is worth 3.03 USD, less than the minimum of 5 USD.',
    ],
    [
      { price: undefined, quantity: undefined, quoteQuantity: 4_99n, orderType: 'MARKET', timeInForce: 'IOC' },
      'NOTIONAL_TOO_SMALL',
      'The order is worth 4.99 USD, less than the minimum of 5 USD.',
    ],
  ])('refuse %p with %s', (change, code, reason) => {
    const before = scene.balances(alice);
    expect(scene.place(order(change))).toMatchObject({ outcome: `REJECTED ${code}`, reason });
    expect(scene.balances(alice)).toBe(before);
  });

  it.each<[string, Partial<PlaceOrder>]>([
    ['the smallest quantity that is worth enough', { quantity: 500n }],
    ['the smallest quantity', { quantity: 200n, price: 300_00n, side: 'SELL' }],
    ['the largest quantity', { quantity: 100_000n, price: 99_00n }],
    ['the highest price within the collar', { price: 110_00n }],
    ['the lowest price within the collar', { price: 90_00n, side: 'SELL' }],
    ['a price far below for who buys', { price: 5_00n }],
    ['the highest price that there is', { price: 899_820_105_368_700n, side: 'SELL' }],
    ['a price far above for who sells', { price: 900_000_00n, side: 'SELL' }],
    ['a post-only order just behind the best price', { price: 100_00n, postOnly: true }],
    ['all the funds', { quantity: 90_700n, price: 110_00n, timeInForce: 'IOC' }],
  ])('let in %s', (_, change) => {
    expect(scene.place(order(change)).outcome).not.toMatch('REJECTED');
  });

  it('refuse who is not active', () => {
    scene.do({ type: 'ChangeAccountStatus', accountId: alice, status: 'SUSPENDED' });
    expect(scene.place(order())).toMatchObject({
      outcome: 'REJECTED ACCOUNT_NOT_ACTIVE',
      reason: 'The account is SUSPENDED; only an ACTIVE account can place orders.',
    });
  });

  it('refuse everything in a halted market', () => {
    scene.do({ type: 'ChangeMarketStatus', symbol: 'BTC-USD', status: 'HALTED' });
    expect(scene.place(order())).toMatchObject({
      outcome: 'REJECTED MARKET_NOT_OPEN',
      reason: 'BTC-USD is HALTED; orders are taken while it is OPEN.',
    });
  });

  it('refuse orders at a stale price only where the venue halts on it, and let cancel all the same', () => {
    const { orderId } = scene.buy(alice, '1 @ 99');
    scene.moveStale();
    expect(scene.buy(alice, '1 @ 98').outcome).toBe('RESTING');

    scene.do({ type: 'ConfigureVenue', venue: venueWith('none', { stalePrice: 'halt' }) });
    expect(scene.place(order())).toMatchObject({
      outcome: 'REJECTED PRICE_STALE',
      reason:
        'The reference price of BTC-USD is stale since 1970-01-01T00:16:40.000Z; orders are taken when there is a new one.',
    });
    expect(scene.cancel(orderId).reject).toBeUndefined();
    expect(scene.buy(bob, '1 @ 98', 'ETH-USD').outcome).toBe('RESTING');

    scene.move('100');
    expect(scene.place(order()).outcome).toBe('RESTING');
  });

  it('refuse nothing at a price that is current where the venue halts on one that is not', () => {
    scene.do({ type: 'ConfigureVenue', venue: venueWith('none', { stalePrice: 'halt' }) });
    scene.move('100');
    scene.sell(bob, '1 @ 100');
    expect(scene.place(order()).outcome).toBe('FILLED');
  });

  it('refuse an order by quote quantity that nobody in reach answers, whatever it would have bought', () => {
    const empty = new Scene();
    const [buyer, seller] = [empty.account('buyer', '1000 USD'), empty.account('seller', '5 BTC')];
    empty.move('100');
    empty.sell(seller, '5 @ 120');
    expect(empty.buy(buyer, '50 USD').outcome).toBe('REJECTED NO_LIQUIDITY');
  });

  it('refuse more open orders than an account may have, until one is gone', () => {
    const orders = [1, 2, 3, 4, 5].map((price) => scene.buy(alice, `1 @ ${price * 10}`));
    expect(scene.buy(alice, '1 @ 99')).toMatchObject({
      outcome: 'REJECTED OPEN_ORDERS_LIMIT',
      reason: 'The account has 5 open orders, as many as it may have; cancel one first.',
    });
    expect(scene.buy(alice, '1 @ 99 IOC').outcome).toBe('EXPIRED IMMEDIATE_OR_CANCEL');
    scene.cancel(orders[2]!.orderId);
    expect(scene.buy(alice, '1 @ 99').outcome).toBe('RESTING');
  });

  it('refuse nobody and nowhere without keeping it', () => {
    for (const accountId of [0, 999, liquidityAccountId]) {
      expect(scene.do(order({ accountId }))).toEqual({
        events: [],
        balances: [],
        reject: expect.objectContaining({ rejected: 'ACCOUNT_NOT_FOUND' }),
      });
    }
    expect(scene.do(order({ symbol: 'XRP-USD' }))).toEqual({
      events: [],
      balances: [],
      reject: {
        rejected: 'MARKET_NOT_FOUND',
        reason: 'There is no market XRP-USD; there are BTC-USD, ETH-USD, ETH-BTC.',
      },
    });
  });

  it('keep what they refuse, with its terms', () => {
    const { events, orderId } = scene.place(order({ quantity: 100n, clientOrderId: 'mine' }));
    expect(events).toEqual([
      {
        type: 'OrderRejected',
        orderId,
        ...{ accountId: alice, clientOrderId: 'mine', symbol: 'BTC-USD', side: 'BUY', orderType: 'LIMIT' },
        ...{ timeInForce: 'GTC', quantity: 100n, quoteQuantity: undefined, price: 100_00n },
        ...{ postOnly: false, selfTradePrevention: 'EXPIRE_TAKER' },
        rejectCode: 'QUANTITY_TOO_SMALL',
        reason: 'Quantity 0.01 BTC is below the minimum of 0.02 BTC.',
      },
    ]);
  });

  it('ask only for a minimum where the book says what an order is worth', () => {
    const dave = scene.account('dave', '1 BTC');
    expect(scene.sell(dave, '0.02').outcome).toBe('REJECTED NO_LIQUIDITY');
  });

  it('refuse what the ledger could not keep', () => {
    const rich = scene.account('rich', '100 BTC');
    scene.do({ type: 'Deposit', accountId: rich, asset: 'USD', amount: amountMax / 2n - 101_000_00n });
    expect(scene.sell(rich, '10 @ 10000').outcome).toBe('RESTING');
    const reason = 'The balances after this order would be larger than the ledger can keep.';
    expect(scene.sell(rich, '10 @ 11000')).toMatchObject({ outcome: 'REJECTED BALANCE_LIMIT', reason });

    scene.do({ type: 'Deposit', accountId: rich, asset: 'BTC', amount: amountMax / 2n - 155_0000n });
    expect(scene.buy(rich, '5 @ 100').outcome).toBe('RESTING');
    scene.do({ type: 'Transfer', fromAccountId: bob, toAccountId: rich, asset: 'BTC', amount: 490_000n });
    expect(scene.buy(rich, '10 @ 100').outcome).toBe('REJECTED BALANCE_LIMIT');
  });

  /**
   * Where several rules are broken, the first code of the list is the answer. From the last to the first,
   * one more rule is broken each time, until an order breaks all that can be broken at once.
   */
  describe('precedence', () => {
    type Step = [RejectCode, (spoilt: Partial<PlaceOrder>) => Partial<PlaceOrder>];

    function expectPrecedence(start: Partial<PlaceOrder>, steps: readonly Step[]): void {
      let spoilt = start;
      const met: RejectCode[] = [];
      for (const [code, spoil] of steps) {
        spoilt = spoil(spoilt);
        expect(scene.place(order(spoilt)).outcome).toBe(`REJECTED ${code}`);
        met.unshift(code);
      }
      expect(met).toEqual(rejectCodes.filter((code) => met.includes(code)));
    }

    const fillOpenOrders = (spoilt: Partial<PlaceOrder>) => {
      for (const price of [10, 20, 30, 40, 50]) scene.buy(alice, `0.5 @ ${price}`);
      return spoilt;
    };
    const halt = (spoilt: Partial<PlaceOrder>) => {
      scene.do({ type: 'ChangeMarketStatus', symbol: 'BTC-USD', status: 'HALTED' });
      return spoilt;
    };
    const goStale = (spoilt: Partial<PlaceOrder>) => {
      scene.do({ type: 'ConfigureVenue', venue: venueWith('none', { stalePrice: 'halt' }) });
      scene.moveStale();
      return spoilt;
    };
    const suspend = (spoilt: Partial<PlaceOrder>) => {
      scene.do({ type: 'ChangeAccountStatus', accountId: alice, status: 'SUSPENDED' });
      return spoilt;
    };

    it('of limit orders that are too large', () => {
      expectPrecedence({ price: 102_00n, quantity: 100_000n }, [
        ['INSUFFICIENT_FUNDS', (spoilt) => spoilt],
        ['POST_ONLY_WOULD_TAKE', (spoilt) => ({ ...spoilt, postOnly: true })],
        ['OPEN_ORDERS_LIMIT', fillOpenOrders],
        ['PRICE_OUTSIDE_COLLAR', (spoilt) => ({ ...spoilt, price: 200_00n })],
        ['QUANTITY_TOO_LARGE', (spoilt) => ({ ...spoilt, quantity: 200_000n })],
        ['QUANTITY_NOT_ON_LOT', (spoilt) => ({ ...spoilt, quantity: 200_001n })],
        ['PRICE_TOO_HIGH', (spoilt) => ({ ...spoilt, price: amountMax - (amountMax % 100n) })],
        ['PRICE_NOT_ON_TICK', (spoilt) => ({ ...spoilt, price: amountMax })],
        ['PRICE_STALE', goStale],
        ['MARKET_NOT_OPEN', halt],
        ['ACCOUNT_NOT_ACTIVE', suspend],
        ['MARKET_NOT_FOUND', (spoilt) => ({ ...spoilt, symbol: 'XRP-USD' })],
        ['ACCOUNT_NOT_FOUND', (spoilt) => ({ ...spoilt, accountId: 999 })],
      ] as Step[]);
    });

    it('of limit orders that are too small', () => {
      expectPrecedence({ price: 89_00n, quantity: 1_000n, side: 'SELL' }, [
        ['PRICE_OUTSIDE_COLLAR', (spoilt) => spoilt],
        ['NOTIONAL_TOO_SMALL', (spoilt) => ({ ...spoilt, quantity: 300n })],
        ['QUANTITY_TOO_SMALL', (spoilt) => ({ ...spoilt, quantity: 100n })],
        ['QUANTITY_NOT_ON_LOT', (spoilt) => ({ ...spoilt, quantity: 1n })],
        ['PRICE_NOT_ON_TICK', (spoilt) => ({ ...spoilt, price: 89_01n })],
      ]);
    });

    it('of market orders by quote quantity', () => {
      scene.sell(bob, '10 @ 102');
      scene.do({ type: 'Withdraw', accountId: alice, asset: 'USD', amount: 700_00n });
      const market = { price: undefined, quantity: undefined, orderType: 'MARKET', timeInForce: 'IOC' } as const;
      expectPrecedence({ ...market, quoteQuantity: 500_00n }, [
        ['INSUFFICIENT_FUNDS', (spoilt) => spoilt],
        ['QUANTITY_TOO_LARGE', (spoilt) => ({ ...spoilt, quoteQuantity: 5_000_00n })],
        ['MARKET_NOT_OPEN', halt],
      ]);
    });

    it('of market orders by quote quantity that are too small', () => {
      const market = { price: undefined, quantity: undefined, orderType: 'MARKET', timeInForce: 'IOC' } as const;
      fillOpenOrders({});
      expectPrecedence({ ...market, quoteQuantity: 4_99n }, [
        ['NOTIONAL_TOO_SMALL', (spoilt) => spoilt],
        ['QUANTITY_TOO_SMALL', (spoilt) => ({ ...spoilt, quoteQuantity: 1_50n })],
      ]);
    });

    it('of market orders that nobody answers', () => {
      const market = { price: undefined, orderType: 'MARKET', timeInForce: 'IOC', side: 'SELL' } as const;
      expectPrecedence({ ...market, quantity: 90_000n }, [
        ['NO_LIQUIDITY', (spoilt) => spoilt],
        ['MARKET_NOT_OPEN', halt],
      ]);
    });
  });

  it('know no collar before there is a reference price', () => {
    const dave = scene.account('dave', '100000 USD', '10 ETH');
    expect(scene.sell(dave, '1 @ 0.5', 'ETH-USD').outcome).toBe('RESTING');
    expect(scene.buy(dave, '1 @ 9000 EXPIRE_MAKER', 'ETH-USD').outcome).toBe('RESTING');
    expect(scene.book('ETH-USD')).toBe('buy 9000: dave 1');
  });
});
