import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { eventually } from '../eventually.fixture.js';
import type { Answer } from '../exchange-driver.fixture.js';
import { describeWithRedis } from '../redis.fixture.js';
import { Cast } from './cast.fixture.js';

jest.setTimeout(60_000);

const recorded = ['BTC-USD', 'BTC-USDT'].map((symbol) => `../shared/market-data/${symbol}.1m.2023-03-10_12.csv`);
const present = recorded.every((file) => existsSync(file));
if (!present) console.warn('The scenario of the recorded hours is skipped: ../shared/market-data is not there.');

/** 72 hours in nine seconds. */
const replay = { PRICE_SOURCE: `replay:${recorded.join(',')}`, REPLAY_SPEED: '28800', PRICE_INTERVAL_MS: '20' };
const rampSeconds = 4;
const percent = -10;

/** The hours of March 2023 in which people asked what a stablecoin is worth, and the answer was worse than it was then. */
(present ? describeWithRedis : describe.skip)('a stablecoin that loses its peg in the recorded hours', () => {
  let cast: Cast;
  let holder: string;
  let trader: string;
  let faultId: string;

  beforeAll(async () => {
    const everyAccount = { exposure: '1000000', drawdownPercent: 5 };
    const pegs = [{ symbol: 'USDT-USD', price: '1', deviationBps: 100 }];
    cast = await Cast.start({ environment: replay, limits: { everyAccount, pegs } });
    holder = await cast.engine.openAccount('Holder', { USDT: '10000' });
    trader = await cast.engine.openAccount('Trader', { USDT: '100000' });
  }, 120_000);

  afterAll(() => cast?.end());

  const priceOf = async (symbol: string): Promise<string> =>
    (await cast.exchange.get(`/api/v1/markets/${symbol}/ticker`)).referencePrice;

  /** The last price of a recording, in cents. */
  const lastClose = (file: string): number =>
    centsOf(readFileSync(file, 'utf8').trim().split('\n').at(-1)!.split(',')[4]!);

  it('given an account that holds it, when it slides away from its peg while the trading engine trades, then nothing stops', async () => {
    faultId = await cast.inject({ kind: 'depeg', parameters: { asset: 'USDT', percent, rampSeconds } });
    const isBroken = () => cast.monitor.raised('PEG_BROKEN').some(({ severity }) => severity === 'CRITICAL');
    for (let count = 0; count % 2 === 1 || !isBroken(); count += 1) {
      const order = await cast.engine.trade(trader, 'BTC-USDT', count % 2 === 0 ? 'BUY' : 'SELL', '0.1');
      expect(order.status).toBe('FILLED');
      await pause(20);
    }
    await cast.everybodyAgrees(trader);
  });

  it('then the risk monitor says that the peg is broken, and what that costs who holds it', async () => {
    const critical = { severity: 'CRITICAL' };
    await eventually(() => {
      expect(cast.monitor.raised('PEG_BROKEN', 'USDT-USD')).toContainEqual(expect.objectContaining(critical));
      expect(cast.monitor.raised('DRAWDOWN', holder)).toContainEqual(expect.objectContaining(critical));
    }, 30_000);
    await eventually(async () => expect(await cast.monitor.account(holder)).toMatchObject({ equity: '9000' }), 30_000);
  });

  it('then the prices in it and in dollars come apart by exactly that, at the end of the recorded hours too', async () => {
    const [inDollars, inUsdt] = recorded.map(lastClose);
    await eventually(async () => expect(centsOf(await priceOf('BTC-USD'))).toBe(inDollars), 40_000);
    expect(await priceOf('USDT-USD')).toBe('0.9');
    expect(centsOf(await priceOf('BTC-USDT'))).toBe(Math.floor((inUsdt! * 10) / 9));
    const { low } = await cast.exchange.get('/api/v1/markets/BTC-USD/ticker');
    expect(Number(low)).toBeLessThan(20_000);
  });

  it('when the peg is back, then the alerts are cleared, and what was traded is settled', async () => {
    await cast.clearFaults();
    await eventually(() => {
      for (const kind of ['PEG_BROKEN', 'DRAWDOWN'] as const) {
        const subject = kind === 'DRAWDOWN' ? holder : 'USDT-USD';
        expect(cast.monitor.cleared(kind, subject)).toHaveLength(cast.monitor.raised(kind, subject).length);
      }
    }, 20_000);
    expect(await priceOf('USDT-USD')).toBe('1');
    await cast.exchange.closeCycles();
    await cast.everythingReconciles();
  });

  it('then the journal has the slide, step by step, between the beginning and the end of the fault', async () => {
    const [begun] = await recordsWith('FaultInjected');
    const [ended] = await recordsWith('FaultEnded');
    expect(begun!.events).toContainEqual(expect.objectContaining({ faultId }));
    const moves = await recordsWith('PricesMoved', begun!.sequence);
    const slide = moves
      .filter(({ sequence }) => sequence < ended!.sequence)
      .flatMap(({ events }) => events.flatMap(({ prices }: Answer) => prices ?? []))
      .filter(({ symbol }) => symbol === 'USDT-USD')
      .map(({ price }) => Number(price));
    expect(slide).toEqual(slide.toSorted((a, b) => b - a));
    expect(new Set(slide).size).toBeGreaterThan(5);
    expect(slide.at(-1)).toBe(0.9);
  });

  async function recordsWith(type: string, after = 0): Promise<Answer[]> {
    const records: Answer[] = [];
    for (let cursor = ''; ; ) {
      const page = await cast.exchange.get(`/audit/v1/events?type=${type}&afterSequence=${after}&limit=500${cursor}`);
      records.push(...page.items);
      if (page.nextCursor === null) return records;
      cursor = `&cursor=${page.nextCursor}`;
    }
  }
});

function centsOf(price: string): number {
  return Math.round(Number(price) * 100);
}
