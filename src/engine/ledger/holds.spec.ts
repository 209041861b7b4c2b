import { btcUsd, ethBtc, ethUsd, Scene, venueWith } from '../exchange.fixture.js';

/** On BTC-USD a maker pays 0.1 and a taker 0.2 per cent; on ETH-USD a maker pays 3 and a taker 1 per cent. */
describe('holds', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice', '1000 USD', '5 BTC', '10 ETH');
    bob = scene.account('bob', '1000 USD', '5 BTC', '10 ETH');
  });

  it('are, of a resting buy, its notional and the fee of a maker', () => {
    scene.buy(alice, '1 @ 150');
    expect(scene.balances(alice)).toBe('5 BTC, 10 ETH, 849.85 USD + 150.15 held');
    scene.buy(alice, '1 @ 100', 'ETH-USD');
    expect(scene.balances(alice)).toBe('5 BTC, 10 ETH, 746.85 USD + 253.15 held');
  });

  it('are, of a resting sell, its quantity', () => {
    scene.sell(alice, '1.5 @ 150');
    expect(scene.balances(alice)).toBe('3.5 BTC + 1.5 held, 10 ETH, 1000 USD');
  });

  it('are taken from the base asset of one market and the quote asset of another alike', () => {
    scene.sell(alice, '2 @ 150');
    scene.buy(alice, '2 @ 0.5', 'ETH-BTC');
    expect(scene.balances(alice)).toBe('2 BTC + 3 held, 10 ETH, 1000 USD');
  });

  it('round the fee down once, on the whole', () => {
    scene.buy(alice, '0.17 @ 150');
    expect(scene.balances(alice)).toContain('974.48 USD + 25.52 held');
  });

  it('shrink with every fill to what the rest could cost', () => {
    scene.buy(alice, '1 @ 150');
    scene.sell(bob, '0.33 @ 150');
    // 49.50 and 0.04 of fee are spent; 0.67 could cost 100.50 and 0.10 of fee.
    expect(scene.balances(alice)).toBe('5.33 BTC, 10 ETH, 849.86 USD + 100.6 held');
    scene.sell(bob, '0.67 @ 150');
    expect(scene.balances(alice)).toBe('6 BTC, 10 ETH, 849.86 USD');
    expect(scene.balances(bob)).toBe('4 BTC, 10 ETH, 1149.71 USD');
  });

  it('shrink with every fill of a sell', () => {
    scene.sell(alice, '2 @ 150');
    scene.buy(bob, '0.5 @ 150');
    expect(scene.balances(alice)).toBe('3 BTC + 1.5 held, 10 ETH, 1074.93 USD');
  });

  it('count the larger fee on the way in, and the fee of a maker once the order rests', () => {
    scene.sell(bob, '0.4 @ 140');
    const { events } = scene.buy(alice, '1 @ 150');
    expect(events.map((event) => ('hold' in event ? [event.type, event.hold] : event.type))).toEqual([
      ['OrderPlaced', 150_30n],
      'TradeExecuted',
      ['OrderRested', 90_09n],
    ]);
    expect(scene.balances(alice)).toBe('5.4 BTC, 10 ETH, 853.8 USD + 90.09 held');
  });

  it('count the fee of a maker on the way in where that is the larger one', () => {
    scene.sell(bob, '0.4 @ 100', 'ETH-USD');
    const { events } = scene.buy(alice, '1 @ 100', 'ETH-USD');
    expect(events[0]).toMatchObject({ hold: 103_00n });
    expect(scene.balances(alice)).toBe('5 BTC, 10.4 ETH, 897.8 USD + 61.8 held');
  });

  it('count only the fee of a maker where the order can be nothing else', () => {
    scene.do({ type: 'Withdraw', accountId: alice, asset: 'USD', amount: 899_90n });
    expect(scene.buy(alice, '1 @ 100').outcome).toBe('REJECTED INSUFFICIENT_FUNDS');
    expect(scene.buy(alice, '1 @ 100 POST_ONLY').outcome).toBe('RESTING');
    expect(scene.balances(alice)).toBe('5 BTC, 10 ETH, 0 USD + 100.1 held');
  });

  it('go back when the order is canceled, whatever is left of it', () => {
    const { orderId } = scene.buy(alice, '1 @ 150');
    scene.sell(bob, '0.33 @ 150');
    scene.cancel(orderId);
    expect(scene.balances(alice)).toBe('5.33 BTC, 10 ETH, 950.46 USD');
  });

  it('are not available for anything else', () => {
    scene.buy(alice, '9 @ 100');
    expect(scene.buy(alice, '1 @ 100')).toMatchObject({
      outcome: 'REJECTED INSUFFICIENT_FUNDS',
      reason: 'The order could cost 100.2 USD, fees included, and 99.1 USD is available.',
    });
    expect(scene.do({ type: 'Withdraw', accountId: alice, asset: 'USD', amount: 99_11n }).reject?.rejected).toBe(
      'INSUFFICIENT_FUNDS',
    );
    expect(scene.do({ type: 'Withdraw', accountId: alice, asset: 'USD', amount: 99_10n }).reject).toBeUndefined();
  });

  it('are let in to the last cent', () => {
    scene.do({ type: 'Withdraw', accountId: alice, asset: 'USD', amount: 899_80n });
    expect(scene.buy(alice, '1 @ 100').outcome).toBe('RESTING');
    expect(scene.balances(alice)).toBe('5 BTC, 10 ETH, 0.1 USD + 100.1 held');
  });

  it('keep the fee that an order came in with when fees are changed under it', () => {
    scene.do({ type: 'Withdraw', accountId: alice, asset: 'USD', amount: 897_00n });
    scene.buy(alice, '1 @ 100', 'ETH-USD');
    const markets = [btcUsd, { ...ethUsd, makerFeePpm: 100_000 }, ethBtc];
    scene.do({ type: 'ConfigureVenue', venue: venueWith('none', { markets }) });

    scene.sell(bob, '0.5 @ 100', 'ETH-USD');
    expect(scene.balances(alice)).toBe('5 BTC, 10.5 ETH, 0 USD + 51.5 held');
    scene.sell(bob, '0.5 @ 100', 'ETH-USD');
    expect(scene.balances(alice)).toBe('5 BTC, 11 ETH');
  });
});
