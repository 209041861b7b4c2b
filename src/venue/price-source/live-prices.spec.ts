import { Instrument } from '../../engine/instrument.js';
import { definition } from '../venue.fixture.js';
import { LivePrices } from './live-prices.js';

const [btc, usd] = definition.assets;
const instrument = new Instrument(definition.markets[0]!, btc!, usd!);

describe('live prices', () => {
  let time = 0;
  const prices = () => new LivePrices([{ instrument, initialTicks: 9_000 }], { staleMs: 5_000, now: () => time });

  it('start from the configured price, which is stale', () => {
    expect(prices().pricesAt(0)).toEqual([{ symbol: 'BTC-USD', priceTicks: 9_000, stale: true }]);
  });

  it('are the newest that came in, and stale when nothing came for too long', () => {
    const live = prices();
    live.receive('BTC-USD', 100.01);
    live.receive('BTC-USD', 100.02);
    expect(live.pricesAt(1)).toEqual([{ symbol: 'BTC-USD', priceTicks: 10_002 }]);
    time += 5_000;
    expect(live.staleSymbols()).toEqual([]);
    time += 1;
    expect(live.pricesAt(2)).toEqual([{ symbol: 'BTC-USD', priceTicks: 10_002, stale: true }]);
    expect(live.staleSymbols()).toEqual(['BTC-USD']);
    live.receive('BTC-USD', 100.02);
    expect(live.pricesAt(3)).toEqual([{ symbol: 'BTC-USD', priceTicks: 10_002 }]);
  });

  it.each([Number.NaN, Infinity, -Infinity, 0, -0, -1, 0.004, 1e300, 5e-324])('take no %d', (price) => {
    const live = prices();
    expect(live.receive('BTC-USD', price)).toBe('NO_PRICE');
    expect(live.staleSymbols()).toEqual(['BTC-USD']);
  });

  it('take no market that is not there', () => {
    expect(prices().receive('XRP-USD', 1)).toBe('UNKNOWN_MARKET');
  });
});
