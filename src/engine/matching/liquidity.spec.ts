import { btcUsd, drawn, ethBtc, ethUsd, liquidityModels, Scene, venueWith } from '../exchange.fixture.js';
import { feesAccountId, liquidityAccountId } from '../ids.js';

const full = drawn(`
  sell 103: quotes 0.3
  sell 102: quotes 0.2
  sell 101: quotes 0.1
  buy 99: quotes 0.1
  buy 98: quotes 0.2
  buy 97: quotes 0.3
`);

function stage(...[liquidity, change]: ConstructorParameters<typeof Scene>) {
  const scene = new Scene(liquidity, change);
  const alice = scene.account('alice', '10000 USD', '100 BTC');
  const bob = scene.account('bob', '10000 USD', '100 BTC');
  return { scene, alice, bob };
}

describe('frictionless liquidity', () => {
  it('stands one tick away and never runs dry', () => {
    const { scene, alice } = stage('frictionless');
    scene.move('100');
    for (let count = 0; count < 9; count += 1) {
      expect(scene.buy(alice, '10').fills).toEqual(['quotes 10 @ 101']);
      expect(scene.sell(alice, '10').fills).toEqual(['quotes 10 @ 99']);
    }
    expect(scene.book()).toBe('sell 101: quotes ∞\nbuy 99: quotes ∞');
    expect(scene.exchange.market('BTC-USD')!.liquidity.isFull).toBe(true);
  });

  it('fills at once whatever reaches it', () => {
    const { scene, alice } = stage('frictionless');
    scene.move('100');
    expect(scene.buy(alice, '1 @ 101 FOK').outcome).toBe('FILLED');
    expect(scene.buy(alice, '1 @ 100 IOC').outcome).toBe('EXPIRED IMMEDIATE_OR_CANCEL');
    expect(scene.buy(alice, '50 USD').fills).toEqual(['quotes 0.49 @ 101']);
    expect(scene.sell(alice, '50 USD').fills).toEqual(['quotes 0.5 @ 99']);
  });
});

describe('a ladder', () => {
  it('does not quote before there is a reference price', () => {
    const { scene, alice } = stage('ladder');
    expect(scene.book()).toBe('');
    expect(scene.buy(alice, '1').outcome).toBe('REJECTED NO_LIQUIDITY');
    scene.move('100');
    expect(scene.book()).toBe(full);
  });

  it('does not quote before there is a reference price after another definition either', () => {
    const { scene } = stage('ladder');
    scene.do({ type: 'ConfigureVenue', venue: venueWith('ladder', { openOrdersMax: 9 }) });
    expect(scene.book()).toBe('');
  });

  it('stands as far apart as its spread and its spacing say', () => {
    const { scene } = stage('ladder', {
      liquidity: { ...liquidityModels.ladder, halfSpreadTicks: 2, halfSpreadBps: 300, spacingBps: 500 },
    });
    scene.move('100');
    expect(scene.book()).toBe(
      drawn(`
        sell 115: quotes 0.3
        sell 110: quotes 0.2
        sell 105: quotes 0.1
        buy 95: quotes 0.1
        buy 90: quotes 0.2
        buy 85: quotes 0.3
      `),
    );
  });

  it('is eaten level by level, and stays eaten however often the price is asked', () => {
    const { scene, alice } = stage('ladder');
    scene.move('100');
    expect(scene.buy(alice, '0.25').fills).toEqual(['quotes 0.1 @ 101', 'quotes 0.15 @ 102']);
    for (let count = 0; count < 3; count += 1) scene.move('100');
    expect(scene.book()).toBe(
      drawn(`
        sell 103: quotes 0.3
        sell 102: quotes 0.05
        buy 99: quotes 0.1
        buy 98: quotes 0.2
        buy 97: quotes 0.3
      `),
    );
    expect(scene.buy(alice, '1')).toMatchObject({
      outcome: 'EXPIRED NO_LIQUIDITY',
      fills: ['quotes 0.05 @ 102', 'quotes 0.3 @ 103'],
    });
    expect(scene.buy(alice, '1').outcome).toBe('REJECTED NO_LIQUIDITY');
  });

  it('stays eaten when the price moves', () => {
    const { scene, alice } = stage('ladder');
    scene.move('100');
    scene.buy(alice, '0.25');
    scene.move('105');
    expect(scene.book()).toBe(
      drawn(`
        sell 108: quotes 0.3
        sell 107: quotes 0.05
        buy 104: quotes 0.1
        buy 103: quotes 0.2
        buy 102: quotes 0.3
      `),
    );
  });

  it('comes back evenly, and no further than it was', () => {
    const { scene, alice } = stage('ladder');
    scene.move('100');
    scene.buy(alice, '0.6');
    const asks = () => scene.exchange.depth('BTC-USD', 'SELL', 3).map(({ lots }) => lots);
    expect(asks()).toEqual([]);
    scene.move('100', 3_000);
    expect(asks()).toEqual([1, 1]);
    scene.move('100', 3_000);
    expect(asks()).toEqual([1, 2, 3]);
    scene.move('100', 24_000);
    expect(asks()).toEqual([5, 10, 15]);
    expect(scene.exchange.market('BTC-USD')!.liquidity.isFull).toBe(false);
    scene.move('100', 30_000);
    expect(asks()).toEqual([10, 20, 30]);
    scene.move('100', 3_600_000);
    expect(scene.book()).toBe(full);
    expect(scene.exchange.market('BTC-USD')!.liquidity.isFull).toBe(true);
  });

  it('comes back in the same time however often it beats', () => {
    const { scene, alice } = stage('tiny');
    scene.move('100');
    expect(scene.buy(alice, '0.05')).toMatchObject({ fills: ['quotes 0.01 @ 101'] });
    for (let second = 1; second < 3_600; second += 1) {
      scene.move('100', 1_000);
      expect(scene.exchange.depth('BTC-USD', 'SELL', 1)).toEqual([]);
    }
    scene.move('100', 1_000);
    expect(scene.exchange.depth('BTC-USD', 'SELL', 1)).toEqual([{ ticks: 101, lots: 1 }]);
  });

  it('sells on one side what it does not have on the other', () => {
    const { scene, alice } = stage('ladder');
    scene.move('100');
    scene.buy(alice, '0.6');
    scene.sell(alice, '0.1');
    expect(scene.book()).toBe('buy 98: quotes 0.2\nbuy 97: quotes 0.3');
    expect(scene.balances(liquidityAccountId)).toBe('-0.5 BTC, 51.5 USD');
    expect(scene.balances(feesAccountId)).toBe('0.13 USD');
  });

  it('keeps its levels apart and within the prices that there are', () => {
    const { scene } = stage('ladder');
    scene.move('3');
    expect(scene.book()).toBe(
      drawn(`
        sell 6: quotes 0.3
        sell 5: quotes 0.2
        sell 4: quotes 0.1
        buy 2: quotes 0.1
        buy 1: quotes 0.2
      `),
    );
    scene.move('2');
    expect(scene.exchange.depth('BTC-USD', 'BUY', 3)).toEqual([{ ticks: 1, lots: 10 }]);
    expect(scene.exchange.market('BTC-USD')!.liquidity.prices('BUY')).toEqual([1]);
    const wide = stage('ladder', { liquidity: { ...liquidityModels.ladder, halfSpreadTicks: 10 } });
    wide.scene.move('5');
    expect(wide.scene.exchange.depth('BTC-USD', 'BUY', 3)).toEqual([]);
    const { maxTicks } = scene.exchange.market('BTC-USD')!.instrument;
    scene.move(`${maxTicks}`);
    expect(scene.exchange.depth('BTC-USD', 'SELL', 3)).toEqual([]);
    expect(scene.exchange.depth('BTC-USD', 'BUY', 3)).toHaveLength(3);
    scene.move(`${maxTicks - 1}`);
    expect(scene.exchange.depth('BTC-USD', 'SELL', 3)).toEqual([{ ticks: maxTicks, lots: 10 }]);
  });
});

describe('a changed liquidity model', () => {
  const configure = (scene: Scene, ...change: Parameters<typeof venueWith>) =>
    scene.fills(scene.do({ type: 'ConfigureVenue', venue: venueWith(...change) }).events);

  it('keeps what was eaten where it has as many levels', () => {
    const { scene, alice } = stage('ladder');
    scene.move('100');
    scene.buy(alice, '0.05');
    configure(scene, 'ladder', { markets: [{ ...btcUsd, takerFeePpm: 0 }, ethUsd, ethBtc] });
    expect(scene.book()).toContain('sell 101: quotes 0.05');
    scene.sell(alice, '0.06');
    configure(scene, 'ladder', { openOrdersMax: 9 });
    expect(scene.book()).toContain('sell 101: quotes 0.05\nbuy 99: quotes 0.04');
  });

  it('shows nothing at a level that owes more than it has now', () => {
    const { scene, alice } = stage('ladder');
    scene.move('100');
    scene.buy(alice, '0.1');
    configure(scene, 'ladder', { markets: [{ ...btcUsd, liquidityQuantity: 5_000n }, ethUsd, ethBtc] });
    const { exchange } = scene;
    expect(exchange.market('BTC-USD')!.lotsAt('SELL', 101)).toBe(0);
    expect(exchange.depth('BTC-USD', 'SELL', 1)).toEqual([{ ticks: 102, lots: 10 }]);
  });

  it('starts full where it has other levels, or none that run dry', () => {
    const { scene, alice } = stage('ladder');
    scene.move('100');
    scene.buy(alice, '0.05');
    configure(scene, 'tiny');
    expect(scene.book()).toBe('sell 101: quotes 0.01\nbuy 99: quotes 0.01');
    scene.buy(alice, '0.05');
    configure(scene, 'frictionless');
    expect(scene.exchange.market('BTC-USD')!.liquidity.isFull).toBe(true);
  });

  it('fills the customers whom its quotes reach now', () => {
    const { scene, alice } = stage('ladder', {
      liquidity: { ...liquidityModels.ladder, halfSpreadTicks: 10 },
    });
    scene.move('100');
    scene.buy(alice, '0.05 @ 105');
    expect(configure(scene, 'ladder')).toEqual(['quotes 0.05 @ 105 for alice']);
  });

  it('queues up behind whoever is there already', () => {
    const { scene, alice } = stage('ladder', {
      liquidity: { ...liquidityModels.ladder, halfSpreadTicks: 10 },
    });
    scene.move('100');
    scene.sell(alice, '0.05 @ 101');
    configure(scene, 'ladder');
    expect(scene.book()).toContain('sell 101: alice 0.05, quotes 0.1');
  });

  it('quotes nothing beyond the highest price that a market can still take', () => {
    const { scene } = stage('ladder');
    scene.move('8000000000000');
    configure(scene, 'ladder', { markets: [{ ...btcUsd, maxQuantity: 1_000_000n }, ethUsd, ethBtc] });
    expect(scene.book()).toBe('');
  });
});
