import { btcUsd, ethBtc, ethUsd, liquidityModels, Scene, venueWith } from '../exchange.fixture.js';
import type { LevelRecorder } from './level-recorder.js';

describe('the changes of a book that a recorder tells', () => {
  let scene: Scene;
  let alice: number;
  let recorder: LevelRecorder;

  beforeEach(() => {
    scene = new Scene('ladder');
    alice = scene.account('alice', '10000 USD', '100 BTC');
    recorder = scene.exchange.market('BTC-USD')!.startRecording();
  });

  /** What changed since the last time, bids first, by price: `BUY 99: 10`. */
  const told = () =>
    recorder
      .take()
      .sort((a, b) => (a.side === b.side ? a.ticks - b.ticks : a.side < b.side ? -1 : 1))
      .map(({ side, ticks, lots }) => `${side} ${ticks}: ${lots}`);

  it('are the quotes where they went and where they were', () => {
    expect(recorder.isEmpty).toBe(true);
    scene.move('100');
    expect(recorder.isEmpty).toBe(false);
    expect(told()).toEqual(['BUY 97: 30', 'BUY 98: 20', 'BUY 99: 10', 'SELL 101: 10', 'SELL 102: 20', 'SELL 103: 30']);
    expect(recorder.isEmpty).toBe(true);
    expect(told()).toEqual([]);
    scene.move('103');
    expect(told()).toEqual([
      ...['BUY 97: 0', 'BUY 98: 0', 'BUY 99: 0', 'BUY 100: 30', 'BUY 101: 20', 'BUY 102: 10'],
      ...['SELL 101: 0', 'SELL 102: 0', 'SELL 103: 0', 'SELL 104: 10', 'SELL 105: 20', 'SELL 106: 30'],
    ]);
  });

  it('are what customers and quotes have at a price together', () => {
    scene.move('100');
    recorder.take();
    const { orderId } = scene.sell(alice, '0.05 @ 102');
    expect(told()).toEqual(['SELL 102: 25']);
    scene.cancel(orderId);
    expect(told()).toEqual(['SELL 102: 20']);
  });

  it('are what a trade took, of a customer or of the quotes', () => {
    const bob = scene.account('bob', '100 USD', '1 BTC');
    scene.sell(bob, '0.5 @ 90');
    recorder.take();
    scene.buy(alice, '0.2 @ 90');
    expect(told()).toEqual(['SELL 90: 30']);
    scene.buy(alice, '0.3 @ 90');
    expect(told()).toEqual(['SELL 90: 0']);
    scene.move('100');
    recorder.take();
    scene.sell(alice, '0.06');
    expect(told()).toEqual(['BUY 99: 4']);
  });

  it('on one side leave the recorder nothing to wait for on the other', () => {
    scene.buy(alice, '0.1 @ 99');
    expect(recorder.isEmpty).toBe(false);
    expect(told()).toEqual(['BUY 99: 10']);
    scene.sell(alice, '0.1 @ 101');
    expect(recorder.isEmpty).toBe(false);
  });

  it('are what grew back of the quotes', () => {
    scene.move('100');
    scene.buy(alice, '0.1');
    recorder.take();
    scene.move('100', 60_000);
    expect(told()).toContain('SELL 101: 10');
    scene.buy(alice, '0.1');
    recorder.take();
    scene.move('50', 60_000, 'ETH-USD');
    expect(told()).toContain('SELL 101: 10');
  });

  it('are what another definition makes of the quotes', () => {
    scene.move('100');
    recorder.take();
    const liquidity = { ...liquidityModels.ladder, halfSpreadTicks: 3 };
    scene.do({ type: 'ConfigureVenue', venue: venueWith('ladder', { liquidity }) });
    expect(told()).toEqual([
      ...['BUY 95: 30', 'BUY 96: 20', 'BUY 97: 10', 'BUY 98: 0', 'BUY 99: 0'],
      ...['SELL 101: 0', 'SELL 102: 0', 'SELL 103: 10', 'SELL 104: 20', 'SELL 105: 30'],
    ]);
  });

  it('do not name a price at which no quote may stand', () => {
    scene.move('2');
    expect(told()).toEqual(['BUY 1: 10', 'SELL 3: 10', 'SELL 4: 20', 'SELL 5: 30']);
  });

  it('show the largest quantity of the market where quotes never run dry', () => {
    scene.do({ type: 'ConfigureVenue', venue: venueWith('frictionless', { markets: [btcUsd, ethUsd, ethBtc] }) });
    scene.move('100');
    expect(told()).toEqual(['BUY 99: 1000', 'SELL 101: 1000']);
  });

  it('are told no more once the recording has ended', () => {
    scene.exchange.market('BTC-USD')!.stopRecording();
    scene.buy(alice, '0.1 @ 99');
    expect(recorder.isEmpty).toBe(true);
  });
});
