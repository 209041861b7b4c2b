import { Scene } from '../exchange.fixture.js';

/** A taker pays 0.2 per cent here, rounded down to the cent; one lot is 0.01 BTC. */
describe('market orders', () => {
  let scene: Scene;
  let maker: number;
  let taker: number;

  beforeEach(() => {
    scene = new Scene();
    maker = scene.account('maker', '100000 USD', '50 BTC');
    taker = scene.account('taker', '1000 USD', '20 BTC');
  });

  const spent = () => 1000_00n - scene.exchange.account(taker)!.available('USD');

  describe('by quantity', () => {
    it('buys through the levels and pays what they ask', () => {
      scene.sell(maker, '0.5 @ 100');
      scene.sell(maker, '0.5 @ 110');
      expect(scene.buy(taker, '0.8')).toMatchObject({
        outcome: 'FILLED',
        fills: ['maker 0.5 @ 100', 'maker 0.3 @ 110'],
      });
      expect(scene.balances(taker)).toBe('20.8 BTC, 916.84 USD');
    });

    it('sells through the levels', () => {
      scene.buy(maker, '0.5 @ 100');
      scene.buy(maker, '0.5 @ 90');
      expect(scene.sell(taker, '0.8').fills).toEqual(['maker 0.5 @ 100', 'maker 0.3 @ 90']);
      expect(scene.balances(taker)).toBe('19.2 BTC, 1076.85 USD');
    });

    it('expires with what nobody gives', () => {
      scene.sell(maker, '0.5 @ 100');
      expect(scene.buy(taker, '0.8')).toMatchObject({ outcome: 'EXPIRED NO_LIQUIDITY', fills: ['maker 0.5 @ 100'] });
      expect(scene.balances(taker)).toBe('20.5 BTC, 949.9 USD');
      expect(scene.book()).toBe('');
    });

    it('is refused where there is nobody at all', () => {
      expect(scene.buy(taker, '0.8')).toMatchObject({
        outcome: 'REJECTED NO_LIQUIDITY',
        reason: 'Nobody sells in BTC-USD now.',
      });
      expect(scene.sell(taker, '0.8').reason).toBe('Nobody buys in BTC-USD now.');
    });

    it('needs money only for what it gets', () => {
      scene.sell(maker, '9 @ 100');
      scene.sell(maker, '2 @ 110');
      expect(scene.buy(taker, '9.5')).toMatchObject({ outcome: 'FILLED' });
    });

    it('is refused when what it gets costs too much', () => {
      scene.sell(maker, '10 @ 100');
      expect(scene.buy(taker, '10')).toMatchObject({
        outcome: 'REJECTED INSUFFICIENT_FUNDS',
        reason: 'The order could cost 1002 USD, fees included, and 1000 USD is available.',
      });
    });

    it('reaches no further than the collar around the reference price', () => {
      scene.sell(maker, '0.5 @ 109');
      scene.sell(maker, '0.5 @ 110');
      scene.sell(maker, '0.5 @ 111');
      scene.buy(maker, '0.5 @ 90');
      scene.buy(maker, '0.5 @ 89');
      scene.move('100');
      expect(scene.buy(taker, '1.5')).toMatchObject({
        outcome: 'EXPIRED NO_LIQUIDITY',
        fills: ['maker 0.5 @ 109', 'maker 0.5 @ 110'],
      });
      expect(scene.sell(taker, '1')).toMatchObject({ outcome: 'EXPIRED NO_LIQUIDITY', fills: ['maker 0.5 @ 90'] });
      expect(scene.buy(taker, '0.5').outcome).toBe('REJECTED NO_LIQUIDITY');
      expect(scene.buy(taker, '50 USD').outcome).toBe('REJECTED NO_LIQUIDITY');
    });
  });

  describe('buying by quote quantity', () => {
    it('buys what the budget pays for, fees included', () => {
      scene.sell(maker, '5 @ 100');
      // 0.49 costs 49.00 and 0.09 of fee; 0.5 would cost 50.10.
      expect(scene.buy(taker, '50 USD')).toMatchObject({ outcome: 'FILLED', fills: ['maker 0.49 @ 100'] });
      expect(spent()).toBe(49_09n);
    });

    it('spends the budget to the last cent where it fits', () => {
      scene.sell(maker, '5 @ 100');
      expect(scene.buy(taker, '50.1 USD').fills).toEqual(['maker 0.5 @ 100']);
      expect(spent()).toBe(50_10n);
    });

    it('goes through the levels until the next lot is too dear', () => {
      scene.sell(maker, '0.2 @ 100');
      scene.sell(maker, '0.2 @ 105');
      expect(scene.buy(taker, '30 USD')).toMatchObject({
        outcome: 'FILLED',
        fills: ['maker 0.2 @ 100', 'maker 0.09 @ 105'],
      });
      expect(scene.book()).toBe('sell 105: maker 0.11');
    });

    it.each([
      ['21.09 USD', ['maker 0.2 @ 100', 'maker 0.01 @ 105']],
      ['21.08 USD', ['maker 0.2 @ 100']],
    ])('has spent the fee of a level before it comes to the next: %s', (budget, fills) => {
      scene.sell(maker, '0.2 @ 100');
      scene.sell(maker, '0.2 @ 105');
      expect(scene.buy(taker, budget).fills).toEqual(fills);
    });

    it('is filled when the money ends exactly with a level', () => {
      scene.sell(maker, '0.2 @ 100');
      scene.sell(maker, '0.2 @ 105');
      expect(scene.buy(taker, '20.04 USD')).toMatchObject({ outcome: 'FILLED', fills: ['maker 0.2 @ 100'] });
      expect(spent()).toBe(20_04n);
    });

    it('is filled when what is left would pay for a lot at the last price, and not at the next', () => {
      scene.sell(maker, '0.2 @ 100');
      scene.sell(maker, '0.2 @ 105');
      const { outcome, events } = scene.buy(taker, '21.06 USD');
      expect(outcome).toBe('FILLED');
      expect(events[0]).toMatchObject({ type: 'OrderPlaced', quantityLots: 20 });
    });

    it('expires when the liquidity ends before the money', () => {
      scene.sell(maker, '0.2 @ 100');
      const placed = scene.buy(taker, '50 USD');
      expect(placed).toMatchObject({ outcome: 'EXPIRED NO_LIQUIDITY', fills: ['maker 0.2 @ 100'] });
      // 29.96 would have bought 0.29 more at the last price.
      expect(placed.events[0]).toMatchObject({ type: 'OrderPlaced', quantityLots: 49, hold: 50_00n });
      expect(scene.balances(taker)).toBe('20.2 BTC, 979.96 USD');
    });

    it('is refused when the budget does not pay for the smallest quantity', () => {
      scene.sell(maker, '5 @ 300');
      expect(scene.buy(taker, '5 USD')).toMatchObject({
        outcome: 'REJECTED QUANTITY_TOO_SMALL',
        reason: '5 USD is worth 0.01 BTC, below the minimum of 0.02 BTC.',
      });
    });

    it('is refused when it would not even pay for a lot', () => {
      scene.sell(maker, '5 @ 600');
      expect(scene.buy(taker, '5 USD').reason).toBe('5 USD is worth 0 BTC, below the minimum of 0.02 BTC.');
    });

    it('is refused when it would buy more than the largest quantity', () => {
      for (const quantity of ['6', '6']) scene.sell(maker, `${quantity} @ 1`);
      expect(scene.buy(taker, '50 USD')).toMatchObject({
        outcome: 'REJECTED QUANTITY_TOO_LARGE',
        reason: '50 USD is worth 10.01 BTC, above the maximum of 10 BTC.',
      });
    });

    it('counts what the book cannot give towards the largest quantity', () => {
      scene.sell(maker, '6 @ 1');
      expect(scene.buy(taker, '50 USD').outcome).toBe('REJECTED QUANTITY_TOO_LARGE');
    });

    it('is refused without the whole budget', () => {
      scene.sell(maker, '5 @ 100');
      expect(scene.buy(taker, '1000.01 USD')).toMatchObject({
        outcome: 'REJECTED INSUFFICIENT_FUNDS',
        reason: 'The order could cost 1000.01 USD, fees included, and 1000 USD is available.',
      });
      expect(scene.buy(taker, '1000 USD').fills).toEqual(['maker 5 @ 100']);
    });
  });

  describe('selling by quote quantity', () => {
    it('sells what brings the quote quantity, before fees', () => {
      scene.buy(maker, '5 @ 100');
      expect(scene.sell(taker, '50.99 USD')).toMatchObject({ outcome: 'FILLED', fills: ['maker 0.5 @ 100'] });
      expect(scene.balances(taker)).toBe('19.5 BTC, 1049.9 USD');
    });

    it('expires when the liquidity ends first', () => {
      scene.buy(maker, '0.3 @ 100');
      scene.buy(maker, '0.2 @ 90');
      const placed = scene.sell(taker, '93 USD');
      expect(placed).toMatchObject({ outcome: 'EXPIRED NO_LIQUIDITY', fills: ['maker 0.3 @ 100', 'maker 0.2 @ 90'] });
      expect(placed.events[0]).toMatchObject({ quantityLots: 100, hold: 5_000n });
      expect(scene.balances(taker)).toBe('19.5 BTC, 1047.91 USD');
    });

    it('is refused below a lot, and without the base asset', () => {
      scene.buy(maker, '5 @ 600');
      expect(scene.sell(taker, '5 USD').outcome).toBe('REJECTED QUANTITY_TOO_SMALL');
      scene.do({ type: 'Withdraw', accountId: taker, asset: 'BTC', amount: 199_999n });
      expect(scene.sell(taker, '30 USD')).toMatchObject({
        outcome: 'REJECTED INSUFFICIENT_FUNDS',
        reason: 'The order could cost 0.05 BTC and 0.0001 BTC is available.',
      });
    });

    it('meets its own order first: nothing is sold, and it is as large as the best price makes it', () => {
      scene.buy(taker, '1 @ 100');
      const placed = scene.sell(taker, '50 USD');
      expect(placed).toMatchObject({ outcome: 'EXPIRED SELF_TRADE_PREVENTION', fills: [] });
      expect(placed.events[0]).toMatchObject({ quantityLots: 50, hold: 0n });
    });
  });
});
