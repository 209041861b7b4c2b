import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instrument } from '../engine/instrument.js';
import { liquidityPresets } from './liquidity-presets.js';
import { MarketsFileInvalid, readVenueConfiguration, venueConfigurationOf } from './venue-definition.js';

describe('the markets that come with the exchange', () => {
  const { venue, pricing } = readVenueConfiguration(null, 'frictionless');
  const instruments = venue.markets.map((market) => {
    const asset = (name: string) => venue.assets.find((candidate) => candidate.asset === name)!;
    return new Instrument(market, asset(market.base), asset(market.quote));
  });

  it('are the six of the contract, over four assets of eight decimals', () => {
    expect(venue.assets.map(({ asset, scale }) => [asset, scale])).toEqual([
      ['BTC', 8],
      ['ETH', 8],
      ['USD', 8],
      ['USDT', 8],
    ]);
    expect(venue.markets.map((market) => market.symbol)).toEqual([
      'BTC-USD',
      'ETH-USD',
      'BTC-USDT',
      'ETH-USDT',
      'ETH-BTC',
      'USDT-USD',
    ]);
  });

  it.each(instruments.map((instrument) => [instrument.symbol, instrument] as const))(
    '%s leaves its price room to rise sixteenfold',
    (symbol, instrument) => {
      expect(instrument.maxTicks).toBeGreaterThan(pricing.initialTicks.get(symbol)! * 16);
    },
  );

  it('let BTC-USD reach a million and count fees in parts per million', () => {
    const bitcoin = instruments[0]!;
    expect(bitcoin.price(bitcoin.maxTicks)).toBeGreaterThan(1_000_000n * 10n ** 8n);
    expect(pricing.initialTicks.get('BTC-USD')).toBe(6_000_000);
    expect(venue.markets[0]).toMatchObject({ makerFeePpm: 1000, takerFeePpm: 2000, tickSize: 1_000_000n });
  });

  it.each(Object.keys(liquidityPresets) as (keyof typeof liquidityPresets)[])('work with liquidity %s', (preset) => {
    expect(readVenueConfiguration(null, preset).venue.liquidity).toBe(liquidityPresets[preset]);
  });
});

describe('a markets file', () => {
  const sound = {
    openOrdersMax: 10,
    assets: [
      { asset: 'BTC', scale: 8, motion: { kind: 'walk', yearlyVolatility: '0.6', commonCorrelation: '-0.5' } },
      { asset: 'USD', scale: 2, motion: { kind: 'still' } },
    ],
    markets: [
      {
        symbol: 'BTC-USD',
        base: 'BTC',
        quote: 'USD',
        initialPrice: '60000',
        tickSize: '1',
        lotSize: '0.01',
        minQuantity: '0.01',
        maxQuantity: '100',
        minNotional: '5',
        makerFeeBps: '2.5',
        takerFeeBps: '10',
        collarBps: 1000,
        liquidityQuantity: '5',
      },
    ],
  };
  const market = sound.markets[0]!;

  function faultsOf(content: unknown): readonly string[] {
    try {
      venueConfigurationOf(content, 'frictionless', 'markets.json');
    } catch (error) {
      if (error instanceof MarketsFileInvalid) return error.faults;
      throw error;
    }
    return [];
  }

  it('is read', () => {
    const { venue, pricing } = venueConfigurationOf(sound, 'thin', 'markets.json');
    expect(venue.markets[0]).toMatchObject({
      tickSize: 100n,
      lotSize: 1_000_000n,
      makerFeePpm: 250,
      takerFeePpm: 1000,
    });
    expect(venue.openOrdersMax).toBe(10);
    expect(pricing.initialTicks).toEqual(new Map([['BTC-USD', 60_000]]));
    expect(pricing.motions.get('BTC')).toEqual({ kind: 'walk', yearlyVolatility: 0.6, commonCorrelation: -0.5 });
  });

  it.each([
    [{ tickSize: 0.01 }, 'market BTC-USD: tickSize is 0.01; it must be a decimal in quotes with at most 2 decimals'],
    [{ tickSize: '1e3' }, 'tickSize is "1e3"'],
    [{ tickSize: '0.001' }, 'tickSize is "0.001"'],
    [{ lotSize: undefined }, 'market BTC-USD: lotSize is missing; it must be'],
    [{ maxQuantity: '-1' }, 'maxQuantity is "-1"'],
    [{ maxQuantity: '9'.repeat(30) }, 'maxQuantity is "9999'],
    [{ quote: 'EUR' }, 'market BTC-USD: quote is "EUR"; it must be one of "BTC", "USD"'],
    [{ makerFeeBps: '1000.01' }, 'makerFeeBps is "1000.01"; it must be at most "1000"'],
    [{ takerFeeBps: '0.001' }, 'takerFeeBps is "0.001"'],
    [{ collarBps: '1000' }, 'collarBps is "1000"; it must be a whole number from 1 to 9999, without quotes'],
    [{ makerFeeBp: '1' }, 'market BTC-USD: there is no field "makerFeeBp"; there are base, quote, symbol'],
    [{ symbol: 'btc' }, 'market btc: symbol is "btc"; it must be capital letters'],
    [{ initialPrice: '60000.5' }, 'initialPrice is "60000.5"; it must be a multiple of the tick size 1, above zero'],
    [{ initialPrice: '0' }, 'initialPrice is "0"'],
    [{ minQuantity: '0.015' }, 'market BTC-USD: the minimum quantity must be a multiple of the lot size'],
    [{ tickSize: '0.01', lotSize: '0.001', initialPrice: '1' }, 'tick size times lot size must be a whole number'],
  ])('with a market of %j is refused by name', (change, sentence) => {
    const faults = faultsOf({ ...sound, markets: [{ ...market, ...change }] });
    expect(faults).toEqual([expect.stringContaining(sentence)]);
  });

  it.each([
    [[], 'the file is []: it must be an object'],
    [{ ...sound, openOrdersMax: 0 }, 'the file: openOrdersMax is 0; it must be a whole number from 1 to 1000000'],
    [{ ...sound, markets: [] }, 'the file: markets is []; it must be a list of 1 to 1000 members'],
    [{ ...sound, markets: [7] }, 'market number 1 is 7: it must be an object'],
    [{ ...sound, markets: [market, market] }, 'a market is listed twice'],
    [{ ...sound, extra: 1 }, 'the file: there is no field "extra"'],
    [JSON.parse(`{"__proto__": {}, ${JSON.stringify(sound).slice(1)}`), 'there is no field "__proto__"'],
    [
      { ...sound, assets: [{ ...sound.assets[0], motion: { kind: 'walk', yearlyVolatility: '11' } }, sound.assets[1]] },
      'asset BTC, motion: yearlyVolatility is "11"; it must be a decimal in quotes from 0 to 10',
    ],
    [
      { ...sound, assets: [{ ...sound.assets[0], motion: { kind: 'jump' } }, sound.assets[1]] },
      'asset BTC, motion: kind is "jump"; it must be one of "still", "walk", "peg"',
    ],
  ])('%# that is wrong as a whole is refused by name', (content, sentence) => {
    expect(faultsOf(content)).toContainEqual(expect.stringContaining(sentence));
  });

  it('tells everything that is wrong at once', () => {
    const content = { ...sound, openOrdersMax: -1, markets: [{ ...market, tickSize: 1, lotSize: 2 }] };
    expect(faultsOf(content)).toHaveLength(3);
  });

  describe('on the disk', () => {
    const directory = mkdtempSync(join(tmpdir(), 'markets-'));
    afterAll(() => rmSync(directory, { recursive: true }));

    it('is read from its path', () => {
      const path = join(directory, 'markets.json');
      writeFileSync(path, JSON.stringify(sound));
      expect(readVenueConfiguration(path, 'realistic').venue.assets).toHaveLength(2);
    });

    it('that is no JSON is refused by path', () => {
      const path = join(directory, 'broken.json');
      writeFileSync(path, '{');
      expect(() => readVenueConfiguration(path, 'realistic')).toThrow(
        /broken\.json:\n {2}the file cannot be read as JSON/,
      );
    });
  });
});
