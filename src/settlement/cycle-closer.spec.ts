import type { Clock } from '../venue/clock.js';
import { definition, fundedAccount, openVenue, origin } from '../venue/venue.fixture.js';
import type { Venue } from '../venue/venue.js';
import { openBusinessDays } from './business-days.js';
import { CycleCloser } from './cycle-closer.js';
import { SettlementCalendar } from './settlement-calendar.js';

const dayMs = 86_400_000;
const noon = Date.UTC(2026, 0, 2, 12);

/** A venue with a clock in hand: two markets that settle at once and one that takes two business days. */
describe('closing cycles', () => {
  let time: number;
  let venue: Venue;
  let alice: number;
  const clock: Clock = { now: () => time };
  const [btcUsd] = definition.markets;
  const markets = [btcUsd!, { ...btcUsd!, symbol: 'BTC2-USD' }, { ...btcUsd!, symbol: 'LATER-USD', settlementDays: 2 }];

  async function opened(instructionsMax?: number): Promise<CycleCloser> {
    const cutOff = { kind: 'every', intervalMs: 60_000 } as const;
    const calendar = new SettlementCalendar(cutOff, await openBusinessDays('weekdays'));
    return new CycleCloser(venue, calendar, instructionsMax);
  }

  beforeEach(async () => {
    time = noon;
    const prices = markets.map(({ symbol }) => ({ symbol, priceTicks: 10_000 }));
    ({ venue } = await openVenue({
      definition: { ...definition, markets },
      priceSource: { pricesAt: () => prices },
      clock,
    }));
    alice = await fundedAccount(venue);
  });

  afterEach(() => venue.close());

  const buy = (symbol = 'BTC-USD', accountId = alice) =>
    venue.submit(
      {
        ...{ type: 'PlaceOrder', accountId, symbol, side: 'BUY', orderType: 'MARKET', timeInForce: 'IOC' },
        ...{ quantity: 10_000_000n, postOnly: false, selfTradePrevention: 'EXPIRE_TAKER' },
      },
      origin,
    );

  /** The cycles so far: their days, markets and the amounts of alice. */
  async function cycles(): Promise<string[]> {
    const { items } = await venue.queries.settlement.cycles({ limit: 100 });
    return Promise.all(
      items.map(async (cycle) => {
        const rows = await venue.queries.settlement.instructionsInARow(cycle);
        const own = rows
          .filter(({ accountId }) => accountId === alice)
          .map(({ asset, amount }) => `${amount} ${asset}`);
        return `${cycle.settlementDate} ${cycle.markets.map(({ symbol }) => symbol).join(' ')}: ${own.join(', ')}`;
      }),
    );
  }

  it('nets the trades of all markets that settle together, and only them', async () => {
    const closer = await opened();
    await buy();
    await buy('BTC2-USD');
    await buy('LATER-USD');
    expect(await closer.close(origin)).toMatchObject([{ settlementDate: '2026-01-02', instructions: 5 }]);
    expect(await cycles()).toEqual(['2026-01-02 BTC-USD BTC2-USD: 20000000 BTC, -2004200400 USD']);
    expect(await closer.close(origin)).toEqual([]);
  });

  it('leaves a journal without trades as it is', async () => {
    const closer = await opened();
    const { sequence } = venue.status();
    expect(await closer.close(origin)).toEqual([]);
    expect(venue.status().sequence).toBe(sequence);
  });

  it('closes each day for itself, and T+2 when its day has come', async () => {
    const closer = await opened();
    await buy('LATER-USD');
    time += dayMs / 2 - 1;
    await buy();
    // Saturday, Sunday, and Monday at noon.
    time = noon + 3 * dayMs;
    await buy();
    expect(await closer.close(origin)).toHaveLength(2);
    expect((await cycles()).map((cycle) => cycle.slice(0, 19))).toEqual(['2026-01-02 BTC-USD ', '2026-01-05 BTC-USD ']);
    time = noon + 4 * dayMs;
    expect(await closer.close(origin)).toMatchObject([{ settlementDate: '2026-01-06' }]);
    expect((await cycles())[2]).toBe('2026-01-06 LATER-USD: 10000000 BTC, -1002100200 USD');
  });

  it('closes what comes to more than a cycle may hold in parts', async () => {
    const closer = await opened(6);
    const bob = await fundedAccount(venue);
    for (const accountId of [alice, bob, alice, bob]) await buy('BTC-USD', accountId);
    const closed = await closer.close(origin);
    expect(closed.length).toBeGreaterThan(1);
    for (const { instructions } of closed) expect(instructions).toBeLessThanOrEqual(6);
    expect((await venue.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(await closer.close(origin)).toEqual([]);
  });

  it('closes one after the other, whoever asks', async () => {
    const closer = await opened();
    await buy();
    const [first, second] = await Promise.all([closer.close(origin), closer.close(origin)]);
    expect([first, second]).toMatchObject([[{ instructions: 5 }], []]);
  });

  it('has everything in a cycle that was traded, as the journal proves', async () => {
    const closer = await opened();
    for (const symbol of ['BTC-USD', 'LATER-USD', 'BTC2-USD', 'BTC-USD']) {
      await buy(symbol);
      await closer.close(origin);
    }
    time = noon + 10 * dayMs;
    await closer.close(origin);
    const report = await venue.verify();
    expect(report.checks.find(({ name }) => name === 'settlement')).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/what 4 trades in 4 cycles and 0 that wait say, and the \d+ instructions/),
    });
    const { items } = await venue.queries.settlement.accountObligations({ accountId: alice, limit: 100 });
    expect(items.every(({ cycle }) => cycle !== undefined)).toBe(true);
  });
});
