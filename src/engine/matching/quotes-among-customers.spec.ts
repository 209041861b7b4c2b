import type { PlaceOrder } from '../command.js';
import { btcUsd, drawn, ethUsd, Scene } from '../exchange.fixture.js';
import { amountMax } from '../money.js';

function stage(...[liquidity, change]: ConstructorParameters<typeof Scene>) {
  const scene = new Scene(liquidity, change);
  const alice = scene.account('alice', '10000 USD', '100 BTC');
  const bob = scene.account('bob', '10000 USD', '100 BTC');
  return { scene, alice, bob };
}

describe('the quotes among the customers', () => {
  it('come first at a better price', () => {
    const { scene, alice, bob } = stage('ladder');
    scene.sell(bob, '1 @ 102');
    scene.move('100');
    expect(scene.buy(alice, '0.2').fills).toEqual(['quotes 0.1 @ 101', 'bob 0.1 @ 102']);
  });

  it('come after whoever was at their price before them, and before whoever came later', () => {
    const { scene, alice, bob } = stage('ladder');
    scene.sell(bob, '0.05 @ 101');
    scene.move('100');
    scene.sell(alice, '0.05 @ 101');
    expect(scene.book()).toContain('sell 101: bob 0.05, quotes 0.1, alice 0.05');
    const carol = scene.account('carol', '100 USD');
    expect(scene.buy(carol, '0.18').fills).toEqual(['bob 0.05 @ 101', 'quotes 0.1 @ 101', 'alice 0.03 @ 101']);
  });

  it('keep their place when the same price is told again, and lose it when they move', () => {
    const { scene, alice, bob } = stage('ladder');
    scene.move('100');
    scene.sell(bob, '0.05 @ 101');
    scene.move('100', 1_000);
    expect(scene.book()).toContain('sell 101: quotes 0.1, bob 0.05');
    scene.move('99');
    scene.move('100');
    expect(scene.book()).toContain('sell 101: bob 0.05, quotes 0.1');
    expect(scene.buy(alice, '0.06').fills).toEqual(['bob 0.05 @ 101', 'quotes 0.01 @ 101']);
  });

  it('are passed by for a customer with a better price between them', () => {
    const { scene, alice, bob } = stage('ladder');
    scene.move('100');
    scene.sell(bob, '0.5 @ 100');
    expect(scene.buy(alice, '0.2 @ 100').fills).toEqual(['bob 0.2 @ 100']);
    expect(scene.buy(alice, '0.2').fills).toEqual(['bob 0.2 @ 100']);
    scene.cancel(scene.exchange.account(bob)!.openOrders.values()[0]!.orderId);
    scene.buy(bob, '0.5 @ 100');
    expect(scene.sell(alice, '0.2 @ 100').fills).toEqual(['bob 0.2 @ 100']);
  });

  it('count as the best price for post-only orders', () => {
    const { scene, alice } = stage('ladder');
    scene.move('100');
    expect(scene.buy(alice, '0.1 @ 101 POST_ONLY').reason).toBe(
      'A post-only BUY at 101 would trade at once with the best price 101.',
    );
    expect(scene.sell(alice, '0.1 @ 99 POST_ONLY').outcome).toBe('REJECTED POST_ONLY_WOULD_TAKE');
    expect(scene.sell(alice, '0.1 @ 100 POST_ONLY').outcome).toBe('RESTING');
    scene.buy(alice, '0.1 @ 98');
    expect(scene.sell(alice, '0.1 @ 99 POST_ONLY').outcome).toBe('REJECTED POST_ONLY_WOULD_TAKE');
    expect(scene.buy(alice, '0.1 @ 100 POST_ONLY').outcome).toBe('REJECTED POST_ONLY_WOULD_TAKE');
    expect(scene.buy(alice, '0.1 @ 99 POST_ONLY').outcome).toBe('RESTING');
  });
});

describe('a reference price that moves through the customers', () => {
  it('fills them at their own prices, by price and time, as makers', () => {
    const { scene, alice, bob } = stage('ladder');
    scene.move('100');
    scene.sell(alice, '0.15 @ 105');
    scene.sell(bob, '0.05 @ 104');
    scene.sell(alice, '0.06 @ 104');
    scene.sell(bob, '0.05 @ 104');
    expect(scene.move('106')).toEqual([
      'quotes 0.05 @ 104 for bob',
      'quotes 0.05 @ 104 for alice',
      'quotes 0.01 @ 104 for alice',
      'quotes 0.05 @ 104 for bob',
    ]);
    expect(scene.book()).toBe(
      drawn(`
        sell 109: quotes 0.3
        sell 108: quotes 0.2
        sell 107: quotes 0.1
        sell 105: alice 0.15
        buy 104: quotes 0.14
        buy 103: quotes 0.3
      `),
    );
    expect(scene.balances(bob)).toBe('99.9 BTC, 10010.4 USD');
  });

  it('fills those who buy on its way down', () => {
    const { scene, alice, bob } = stage('frictionless');
    scene.move('100');
    scene.buy(alice, '1 @ 95');
    scene.buy(bob, '1 @ 96');
    scene.buy(bob, '1 @ 94');
    expect(scene.move('94')).toEqual(['quotes 1 @ 96 for bob', 'quotes 1 @ 95 for alice']);
    expect(scene.book()).toBe('sell 95: quotes ∞\nbuy 94: bob 1\nbuy 93: quotes ∞');
  });

  it('fill customers at a price that is current, where the venue halts on one that is not', () => {
    const { scene, alice } = stage('frictionless', { stalePrice: 'halt' });
    scene.move('100');
    scene.buy(alice, '1 @ 95');
    expect(scene.move('94')).toEqual(['quotes 1 @ 95 for alice']);
  });

  it('trade as takers, whose trades are counted with all others', () => {
    const { scene, alice, bob } = stage('frictionless');
    scene.buy(alice, '1 @ 90');
    scene.sell(bob, '1 @ 90');
    scene.buy(alice, '1 @ 95');
    scene.move('94');
    scene.sell(alice, '1 @ 97');
    const prices = [{ symbol: 'BTC-USD', priceTicks: 100 }];
    const { events } = scene.do({ type: 'MovePrices', beat: 9, prices });
    expect(events[1]).toMatchObject({ tradeId: 3, takerSide: 'BUY', takerOrderId: 0, takerFee: 0n });
    scene.buy(bob, '1 @ 98');
    expect(
      scene.do({ type: 'MovePrices', beat: 9, prices: [{ symbol: 'BTC-USD', priceTicks: 95 }] }).events[1],
    ).toMatchObject({ tradeId: 4, takerSide: 'SELL', takerOrderId: 0, takerFee: 0n });
  });

  it('gives no more than its levels have, and goes on when they have grown back', () => {
    const { scene, alice } = stage('ladder');
    scene.move('100');
    scene.buy(alice, '1 @ 100');
    expect(scene.move('90')).toEqual([
      'quotes 0.1 @ 100 for alice',
      'quotes 0.2 @ 100 for alice',
      'quotes 0.3 @ 100 for alice',
    ]);
    expect(scene.book()).toContain('buy 100: alice 0.4');
    expect(scene.move('90', 30_000)).toEqual([
      'quotes 0.05 @ 100 for alice',
      'quotes 0.1 @ 100 for alice',
      'quotes 0.15 @ 100 for alice',
    ]);
  });

  it('fills whoever waits at a price that was eaten and comes back', () => {
    const { scene, alice } = stage('ladder');
    scene.move('100');
    expect(scene.buy(alice, '0.15 @ 101')).toMatchObject({ outcome: 'RESTING', fills: ['quotes 0.1 @ 101'] });
    expect(scene.move('100', 6_000)).toEqual(['quotes 0.01 @ 101 for alice']);
    expect(scene.move('100', 60_000)).toEqual(['quotes 0.04 @ 101 for alice']);
  });

  it('touches nobody in a halted market, until that opens', () => {
    const { scene, alice } = stage('ladder');
    scene.move('100');
    scene.buy(alice, '0.1 @ 98');
    scene.do({ type: 'ChangeMarketStatus', symbol: 'BTC-USD', status: 'HALTED' });
    expect(scene.move('90')).toEqual([]);
    const { events } = scene.do({ type: 'ChangeMarketStatus', symbol: 'BTC-USD', status: 'OPEN' });
    expect(scene.fills(events)).toEqual(['quotes 0.1 @ 98 for alice']);
  });

  it('stops where the ledger could not keep what the liquidity provider owes', () => {
    const huge = { ...ethUsd, tickSize: 10n ** 12n };
    const { scene, alice } = stage('frictionless', { markets: [btcUsd, huge], openOrdersMax: 1_000 });
    scene.do({ type: 'Deposit', accountId: alice, asset: 'ETH', amount: 10n ** 18n });
    const { instrument } = scene.exchange.market('ETH-USD')!;
    const price = instrument.maxTicks - 1;
    const order: PlaceOrder = {
      ...{ type: 'PlaceOrder', accountId: alice, symbol: 'ETH-USD', side: 'SELL', orderType: 'LIMIT' },
      ...{ timeInForce: 'GTC', quantity: 5_000n, price: instrument.price(price) },
      ...{ postOnly: false, selfTradePrevention: 'EXPIRE_TAKER' },
    };
    const worth = instrument.notional(price, instrument.maxLots);
    const fitting = Number(amountMax / 2n / worth);
    for (let count = 0; count < fitting + 5; count += 1) scene.place(order);

    expect(scene.move(`${(BigInt(instrument.maxTicks) * huge.tickSize) / 100n}`, 0, 'ETH-USD')).toHaveLength(fitting);

    const { exchange } = scene;
    expect(exchange.account(alice)!.openOrders.size).toBe(5);
    expect(exchange.state.ledger.liquidity.available('USD')).toBeGreaterThanOrEqual(-amountMax / 2n);
  });

  it('stops where the ledger could not keep what the liquidity provider has sold', () => {
    const lotSize = 10n ** 12n;
    const huge = { ...ethUsd, ...{ lotSize, minQuantity: lotSize, maxQuantity: 9_000n * lotSize } };
    const { scene, alice } = stage('frictionless', {
      ...{ markets: [btcUsd, { ...huge, liquidityQuantity: lotSize }], openOrdersMax: 1_000 },
    });
    scene.do({ type: 'Deposit', accountId: alice, asset: 'USD', amount: 10n ** 18n });
    const { instrument } = scene.exchange.market('ETH-USD')!;
    const order: PlaceOrder = {
      ...{ type: 'PlaceOrder', accountId: alice, symbol: 'ETH-USD', side: 'BUY', orderType: 'LIMIT' },
      ...{ timeInForce: 'GTC', quantity: huge.maxQuantity, price: instrument.price(3) },
      ...{ postOnly: false, selfTradePrevention: 'EXPIRE_TAKER' },
    };
    const fitting = Number(amountMax / 2n / huge.maxQuantity);
    for (let count = 0; count < fitting + 5; count += 1) expect(scene.place(order).outcome).toBe('RESTING');

    expect(scene.move('1', 0, 'ETH-USD')).toHaveLength(fitting);

    const { exchange } = scene;
    expect(exchange.account(alice)!.openOrders.size).toBe(5);
    expect(exchange.state.ledger.liquidity.available('ETH')).toBeGreaterThanOrEqual(-amountMax / 2n);
  });
});
