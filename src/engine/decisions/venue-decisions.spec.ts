import { btcUsd, ethBtc, ethUsd, liquidityModels, Scene, venueWith } from '../exchange.fixture.js';
import type { MarketDefinition, VenueDefinition } from '../instrument.js';
import { stateHash } from '../state-hash.js';

describe('ConfigureVenue', () => {
  const before = venueWith('ladder');
  const withMarket = (change: Partial<MarketDefinition>): Partial<VenueDefinition> => ({
    markets: [{ ...btcUsd, ...change }, ethUsd, ethBtc],
  });
  const withLiquidity = (change: object): Partial<VenueDefinition> => ({
    liquidity: { ...liquidityModels.ladder, ...change },
  });
  const [btc, eth, usd] = before.assets as [
    VenueDefinition['assets'][0],
    VenueDefinition['assets'][0],
    VenueDefinition['assets'][0],
  ];

  it.each<[string, Partial<VenueDefinition>]>([
    ['fees', withMarket({ makerFeePpm: 0, takerFeePpm: 999_999 })],
    ['limits', withMarket({ minQuantity: 100n, maxQuantity: 200_000n, minNotional: 0n, collarBps: 9_999 })],
    ['liquidity', withLiquidity({ refillMs: 0, quantityPercent: [] })],
    ['the limit of open orders', { openOrdersMax: 1 }],
    [
      'limits to their ends',
      withMarket({ minQuantity: 200n, maxQuantity: 200n, collarBps: 1, liquidityQuantity: 100n }),
    ],
    ['what happens at stale prices', { stalePrice: 'fill' }],
    ['the order of the markets', { markets: [ethBtc, btcUsd, ethUsd] }],
    ['a new market', { markets: [{ ...ethUsd, symbol: 'ETH-USD.2' }, ...before.markets] }],
    ['a new asset', { assets: [{ asset: 'GBP', scale: 18 }, { asset: 'JPY', scale: 0 }, ...before.assets] }],
  ])('may change %s', (_, change) => {
    const scene = new Scene('ladder');
    const venue = { ...before, ...change };
    expect(scene.do({ type: 'ConfigureVenue', venue })).toEqual({
      events: [{ type: 'VenueConfigured', venue }],
      balances: [],
    });
    expect([...scene.exchange.markets.keys()]).toEqual(venue.markets.map(({ symbol }) => symbol));
    for (const { symbol } of venue.markets) {
      expect(scene.exchange.market(symbol)!.instrument.definition).toBe(
        venue.markets.find((market) => market.symbol === symbol),
      );
    }
  });

  it.each<[string, Partial<VenueDefinition>]>([
    ['an asset is listed twice', { assets: [...before.assets, btc] }],
    ['asset USD: the scale must be a whole number from 0 to 18', { assets: [btc, eth, { ...usd, scale: 19 }] }],
    ['asset USD: the scale must be a whole number from 0 to 18', { assets: [btc, eth, { ...usd, scale: 1.5 }] }],
    ['asset USD: the scale must be a whole number from 0 to 18', { assets: [btc, eth, { ...usd, scale: -1 }] }],
    ['a market is listed twice', { markets: [...before.markets, btcUsd] }],
    ['openOrdersMax must be at least 1', { openOrdersMax: 0 }],
    ['openOrdersMax must be at least 1', { openOrdersMax: 1.5 }],
    ['stalePrice must be fill or halt', { stalePrice: 'wait' as never }],
    ['liquidity ladder: halfSpreadTicks must be at least 1', withLiquidity({ halfSpreadTicks: 0 })],
    ['liquidity ladder: spreads must not be negative', withLiquidity({ halfSpreadBps: -1 })],
    ['liquidity ladder: spreads must not be negative', withLiquidity({ spacingBps: Number.NaN })],
    ['liquidity ladder: refillMs must be a whole number, 0 or more', withLiquidity({ refillMs: -1 })],
    ['liquidity ladder: refillMs must be a whole number, 0 or more', withLiquidity({ refillMs: 0.5 })],
    ['liquidity ladder: every level must have a quantity above zero', withLiquidity({ quantityPercent: [1, 0] })],
    ['market BTC-USD: base asset XBT is not listed', withMarket({ base: 'XBT' })],
    ['market BTC-USD: quote asset EUR is not listed', withMarket({ quote: 'EUR' })],
    ['market BTC-USD: base and quote are the same asset', withMarket({ quote: 'BTC' })],
    ['market BTC-USD: tick size and lot size must be above zero', withMarket({ tickSize: 0n })],
    ['market BTC-USD: tick size and lot size must be above zero', withMarket({ lotSize: 0n })],
    [
      'market BTC-USD: tick size times lot size must be a whole number of units of the quote asset, or trades would have to be rounded',
      withMarket({ lotSize: 10n }),
    ],
    ['market BTC-USD: the minimum quantity must be a multiple of the lot size', withMarket({ minQuantity: 0n })],
    ['market BTC-USD: the minimum quantity must be a multiple of the lot size', withMarket({ minQuantity: 150n })],
    [
      'market BTC-USD: the maximum quantity must be a multiple of the lot size, and no smaller than the minimum',
      withMarket({ maxQuantity: 100n }),
    ],
    [
      'market BTC-USD: the maximum quantity must be a multiple of the lot size, and no smaller than the minimum',
      withMarket({ maxQuantity: 1_050n }),
    ],
    ['market BTC-USD: the maximum quantity is too large', withMarket({ maxQuantity: 10n ** 16n })],
    [
      'market BTC-USD: the maximum quantity is too large',
      withMarket({
        ...{ tickSize: 10_000n, lotSize: 1n, minQuantity: 1n, liquidityQuantity: 1n },
        maxQuantity: BigInt(Number.MAX_SAFE_INTEGER),
      }),
    ],
    [
      'market BTC-USD: liquidity: refillMs must be a whole number, 0 or more',
      withMarket({ liquidity: { ...liquidityModels.ladder, refillMs: -1 } }),
    ],
    ['market BTC-USD: the minimum notional must not be negative', withMarket({ minNotional: -1n })],
    [
      'market BTC-USD: the maker fee must be from 0 to less than 10000 basis points, in hundredths of one',
      withMarket({ makerFeePpm: -1 }),
    ],
    [
      'market BTC-USD: the taker fee must be from 0 to less than 10000 basis points, in hundredths of one',
      withMarket({ takerFeePpm: 1_000_000 }),
    ],
    [
      'market BTC-USD: the taker fee must be from 0 to less than 10000 basis points, in hundredths of one',
      withMarket({ takerFeePpm: 0.5 }),
    ],
    ...[0, 10_000, 1.5].map((collarBps): [string, Partial<VenueDefinition>] => [
      'market BTC-USD: the price collar must be a whole number of basis points from 1 to 9999',
      withMarket({ collarBps }),
    ]),
    ['market BTC-USD: the liquidity quantity must be at least one lot', withMarket({ liquidityQuantity: 99n })],
    ['asset ETH is in the ledger and must stay listed', { assets: [btc, usd], markets: [btcUsd] }],
    ['asset USD has 2 decimals in the ledger', { assets: [btc, eth, { ...usd, scale: 3 }] }],
    ['market ETH-BTC is in the journal and must stay listed', { markets: [btcUsd, ethUsd] }],
    [
      'base of market BTC-USD is BTC in the journal and cannot become ETH; list a new symbol instead',
      withMarket({ base: 'ETH' }),
    ],
    [
      'quote of market BTC-USD is USD in the journal and cannot become ETH; list a new symbol instead',
      withMarket({ quote: 'ETH' }),
    ],
    [
      'tickSize of market BTC-USD is 100 in the journal and cannot become 200; list a new symbol instead',
      withMarket({ tickSize: 200n }),
    ],
    [
      'lotSize of market BTC-USD is 100 in the journal and cannot become 200; list a new symbol instead',
      withMarket({ lotSize: 200n }),
    ],
  ])('is refused: %s', (fault, change) => {
    const scene = new Scene('ladder');
    const hash = stateHash(scene.exchange);
    expect(scene.do({ type: 'ConfigureVenue', venue: { ...before, ...change } })).toEqual({
      events: [],
      balances: [],
      reject: { rejected: 'DEFINITION_INVALID', reason: `The venue cannot be run like this: ${fault}.` },
    });
    expect(stateHash(scene.exchange)).toBe(hash);
  });

  it('counts the orders that are open already against a lower limit', () => {
    const scene = new Scene();
    const alice = scene.account('alice', '1000 USD');
    for (const price of [1, 2, 3]) scene.buy(alice, `5 @ ${price}`);
    scene.do({ type: 'ConfigureVenue', venue: venueWith('none', { openOrdersMax: 2 }) });
    expect(scene.buy(alice, '5 @ 4').outcome).toBe('REJECTED OPEN_ORDERS_LIMIT');
  });
});

describe('MovePrices', () => {
  it.each([
    ['XRP-USD', 1, 'MARKET_NOT_FOUND', 'There is no market XRP-USD.'],
    ['BTC-USD', 0, 'PRICE_TOO_HIGH', 'A reference price of BTC-USD must be from one tick to 8998201053687.'],
    ['BTC-USD', -5, 'PRICE_TOO_HIGH', 'A reference price of BTC-USD must be from one tick to 8998201053687.'],
    ['BTC-USD', 1.5, 'PRICE_TOO_HIGH', 'A reference price of BTC-USD must be from one tick to 8998201053687.'],
    ['BTC-USD', Number.NaN, 'PRICE_TOO_HIGH', 'A reference price of BTC-USD must be from one tick to 8998201053687.'],
    ['BTC-USD', 2 ** 53, 'PRICE_TOO_HIGH', 'A reference price of BTC-USD must be from one tick to 8998201053687.'],
    [
      'BTC-USD',
      8998201053688,
      'PRICE_TOO_HIGH',
      'A reference price of BTC-USD must be from one tick to 8998201053687.',
    ],
  ])('refuses %s at %s, together with everything that came along', (symbol, priceTicks, rejected, reason) => {
    const scene = new Scene('ladder');
    const prices = [
      { symbol: 'ETH-USD', priceTicks: 100 },
      { symbol, priceTicks },
    ];
    expect(scene.do({ type: 'MovePrices', beat: 0, prices })).toEqual({
      events: [],
      balances: [],
      reject: { rejected, reason },
    });
    expect(scene.exchange.market('ETH-USD')!.referenceTicks).toBe(0);
  });

  it('takes a price of one tick, and of the last one', () => {
    const scene = new Scene();
    for (const priceTicks of [1, 8998201053687]) {
      expect(
        scene.do({ type: 'MovePrices', beat: 0, prices: [{ symbol: 'BTC-USD', priceTicks }] }).reject,
      ).toBeUndefined();
    }
  });

  it('marks what the price source has no news of, from the first time on, until there is news', () => {
    const scene = new Scene('ladder');
    const market = scene.exchange.market('BTC-USD')!;
    scene.move('100');
    expect(market.staleSince).toBeUndefined();
    const since = scene.time;
    scene.moveStale();
    scene.time += 5_000;
    scene.moveStale();
    expect(market.staleSince).toBe(since);
    expect(market.referenceTicks).toBe(100);
    scene.move('100');
    expect(market.staleSince).toBeUndefined();
  });

  it.each([
    ['fill', ['quotes 0.1 @ 101 for alice']],
    ['halt', []],
  ] as const)('lets the quotes that grow back take at a stale price or not: %s', (stalePrice, fills) => {
    const oneLevel = { liquidity: { ...liquidityModels.ladder, quantityPercent: [10] } };
    const scene = new Scene('ladder', { ...oneLevel, stalePrice });
    const alice = scene.account('alice', '1000 USD', '5 BTC');
    scene.move('102');
    scene.sell(alice, '0.1');
    expect(scene.sell(alice, '0.1 @ 101').outcome).toBe('RESTING');
    scene.time += 60_000;
    expect(scene.moveStale()).toEqual(fills);

    scene.do({ type: 'ConfigureVenue', venue: venueWith('ladder', oneLevel) });
    expect(scene.exchange.state.orders.size).toBe(0);
  });

  it('refills even where it moves nothing', () => {
    const scene = new Scene('ladder');
    const alice = scene.account('alice', '1000 USD');
    scene.move('100');
    scene.buy(alice, '0.1');
    scene.time += 60_000;
    expect(scene.do({ type: 'MovePrices', beat: 1, prices: [] }).events).toEqual([
      { type: 'PricesMoved', beat: 1, prices: [] },
    ]);
    expect(scene.book()).toContain('sell 101: quotes 0.1');
  });
});

describe('ChangeMarketStatus', () => {
  it('halts and opens a market, once', () => {
    const scene = new Scene();
    const change = (status: 'OPEN' | 'HALTED') => scene.do({ type: 'ChangeMarketStatus', symbol: 'BTC-USD', status });
    expect(change('OPEN')).toEqual({ events: [], balances: [] });
    expect(change('HALTED').events).toEqual([{ type: 'MarketStatusChanged', symbol: 'BTC-USD', status: 'HALTED' }]);
    expect(change('HALTED')).toEqual({ events: [], balances: [] });
    expect(scene.exchange.market('BTC-USD')!.status).toBe('HALTED');
    expect(scene.exchange.market('ETH-USD')!.status).toBe('OPEN');
  });

  it('lets orders be canceled in a halted market', () => {
    const scene = new Scene();
    const alice = scene.account('alice', '1000 USD');
    const { orderId } = scene.buy(alice, '1 @ 100');
    scene.do({ type: 'ChangeMarketStatus', symbol: 'BTC-USD', status: 'HALTED' });
    expect(scene.cancel(orderId).events).toHaveLength(1);
  });

  it('is refused for a market that is not there', () => {
    const { reject } = new Scene().do({ type: 'ChangeMarketStatus', symbol: 'XRP-USD', status: 'OPEN' });
    expect(reject).toEqual({ rejected: 'MARKET_NOT_FOUND', reason: 'There is no market XRP-USD.' });
  });
});
