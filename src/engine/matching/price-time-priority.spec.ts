import { drawn, Scene } from '../exchange.fixture.js';

describe('price-time priority', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;
  let carol: number;

  beforeEach(() => {
    scene = new Scene();
    [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => scene.account(name, '10000 USD', '20 BTC')) as [
      number,
      number,
      number,
    ];
  });

  it('fills the best price first, and at one price who was there first', () => {
    scene.sell(alice, '0.5 @ 102');
    scene.sell(bob, '0.3 @ 101');
    scene.sell(alice, '0.4 @ 101');
    scene.sell(bob, '0.2 @ 100');
    expect(scene.book()).toBe(
      drawn(`
        sell 102: alice 0.5
        sell 101: bob 0.3, alice 0.4
        sell 100: bob 0.2
      `),
    );

    const taken = scene.buy(carol, '1 @ 102');

    expect(taken.fills).toEqual(['bob 0.2 @ 100', 'bob 0.3 @ 101', 'alice 0.4 @ 101', 'alice 0.1 @ 102']);
    expect(scene.book()).toBe('sell 102: alice 0.4');
  });

  it('does the same for those who buy', () => {
    scene.buy(alice, '0.5 @ 98');
    scene.buy(bob, '0.3 @ 99');
    scene.buy(alice, '0.4 @ 99');

    expect(scene.sell(carol, '0.8 @ 98').fills).toEqual(['bob 0.3 @ 99', 'alice 0.4 @ 99', 'alice 0.1 @ 98']);
    expect(scene.book()).toBe('buy 98: alice 0.4');
  });

  it('keeps the place of an order that was filled in part', () => {
    scene.sell(alice, '0.5 @ 100');
    scene.sell(bob, '0.5 @ 100');
    scene.buy(carol, '0.2 @ 100');
    expect(scene.book()).toBe('sell 100: alice 0.3, bob 0.5');
    expect(scene.buy(carol, '0.4 @ 100').fills).toEqual(['alice 0.3 @ 100', 'bob 0.1 @ 100']);
  });

  it('closes the gap that a canceled order leaves, wherever it stood', () => {
    const orders = [alice, bob, carol, alice].map((who) => scene.sell(who, '0.1 @ 100').orderId);
    scene.cancel(orders[1]!);
    expect(scene.book()).toBe('sell 100: alice 0.1, carol 0.1, alice 0.1');
    scene.cancel(orders[0]!);
    expect(scene.book()).toBe('sell 100: carol 0.1, alice 0.1');
    scene.cancel(orders[3]!);
    expect(scene.book()).toBe('sell 100: carol 0.1');
    scene.cancel(orders[2]!);
    expect(scene.book()).toBe('');
  });

  it('trades at the price of the order that was there first', () => {
    scene.sell(alice, '0.5 @ 95');
    expect(scene.buy(bob, '0.5 @ 120').fills).toEqual(['alice 0.5 @ 95']);
    scene.buy(alice, '0.5 @ 120');
    expect(scene.sell(bob, '0.5 @ 95').fills).toEqual(['alice 0.5 @ 120']);
  });

  it('keeps its markets apart', () => {
    const dave = scene.account('dave', '10 ETH');
    scene.sell(dave, '1 @ 100', 'ETH-USD');
    expect(scene.buy(bob, '0.5 @ 120').outcome).toBe('RESTING');
    expect(scene.book('ETH-USD')).toBe('sell 100: dave 1');
    expect(scene.book()).toBe('buy 120: bob 0.5');
  });

  it('shows the best levels of a side as depth, quotes and customers together', () => {
    scene = new Scene('ladder');
    alice = scene.account('alice', '10 BTC', '10000 USD');
    scene.move('100');
    scene.sell(alice, '0.5 @ 102');
    scene.sell(alice, '0.5 @ 105');
    scene.buy(alice, '0.5 @ 90');
    const { exchange } = scene;
    expect(exchange.depth('BTC-USD', 'SELL', 10)).toEqual([
      { ticks: 101, lots: 10 },
      { ticks: 102, lots: 70 },
      { ticks: 103, lots: 30 },
      { ticks: 105, lots: 50 },
    ]);
    expect(exchange.depth('BTC-USD', 'SELL', 2)).toEqual([
      { ticks: 101, lots: 10 },
      { ticks: 102, lots: 70 },
    ]);
    expect(exchange.depth('BTC-USD', 'BUY', 10)).toEqual([
      { ticks: 99, lots: 10 },
      { ticks: 98, lots: 20 },
      { ticks: 97, lots: 30 },
      { ticks: 90, lots: 50 },
    ]);
  });

  it('shows a quote that never runs dry with the most that one order may ask for', () => {
    scene = new Scene('frictionless');
    scene.move('100');
    expect(scene.exchange.depth('BTC-USD', 'BUY', 5)).toEqual([{ ticks: 99, lots: 1_000 }]);
  });
});
