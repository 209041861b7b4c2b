import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../../test/eventually.fixture.js';
import { fundedAccount, GatedJournal, openVenue, origin, priceSource } from '../../venue/venue.fixture.js';
import type { Venue } from '../../venue/venue.js';
import { place, TestOutlet } from './market-streams.fixture.js';
import { MarketStreams } from './market-streams.js';

const symbol = 'BTC-USD';

async function stage() {
  const journal = new GatedJournal();
  let now = 1_700_000_000_000;
  const clock = { now: () => now };
  const { venue } = await openVenue({ journal, clock, priceSource: priceSource() });
  const streams = new MarketStreams(venue);
  const alice = await fundedAccount(venue);
  const goOn = (ms: number) => {
    now += ms;
  };
  return { venue, journal, streams, alice, goOn };
}

async function buy(venue: Venue, accountId: number, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await place(venue, accountId, 'BUY', 1_000 + index);
}

function tradeIds(outlet: TestOutlet): string[] {
  return outlet.messages.flatMap(({ trades }) => trades.map(({ tradeId }) => tradeId));
}

/** Every message says which one was before it. */
function expectChain({ messages }: TestOutlet): void {
  const expected = [null, ...messages.map(({ lastSequence }) => lastSequence)].slice(0, messages.length);
  expect(messages.map(({ previousLastSequence }) => previousLastSequence)).toEqual(expected);
}

describe('the stream of trades', () => {
  it('begins with the last ones, oldest first, and tells every later one once it is durable', async () => {
    const { venue, journal, streams, alice } = await stage();
    await buy(venue, alice, 25);
    const outlet = new TestOutlet();
    streams.trades({ symbol }).open(outlet);
    await eventually(() => expect(outlet.messages).toHaveLength(1));
    expect(outlet.last).toMatchObject({ type: 'snapshot', channel: 'trades', lastSequence: venue.exchange.sequence });
    expect(tradeIds(outlet)).toEqual(Array.from({ length: 20 }, (_, index) => `trd-${index + 6}`));

    journal.hold();
    const bought = buy(venue, alice, 1);
    await pause(20);
    expect(outlet.messages).toHaveLength(1);
    journal.release();
    await bought;
    await eventually(() => expect(outlet.messages).toHaveLength(2));
    const { sequence } = venue.exchange;
    expect(outlet.last).toMatchObject({
      ...{ type: 'update', firstSequence: sequence, lastSequence: sequence },
      trades: [
        {
          ...{ tradeId: 'trd-26', symbol, price: '100.01', quantity: '0.01', notional: '1.0001', takerSide: 'BUY' },
          executedAt: '2023-11-14T22:13:20.000Z',
        },
      ],
    });
  });

  it('tells each once, whoever comes in the middle of it and however seldom they are told', async () => {
    const { venue, streams, alice } = await stage();
    const outlets: TestOutlet[] = [];
    for (let round = 0; round < 6; round += 1) {
      const outlet = new TestOutlet();
      outlets.push(outlet);
      streams.trades({ symbol, conflateMs: round * 5 }).open(outlet);
      await buy(venue, alice, 7);
    }
    for (const outlet of outlets) {
      await eventually(() => expect(tradeIds(outlet).at(-1)).toBe('trd-42'));
      expectChain(outlet);
      const first = Number(tradeIds(outlet)[0]!.slice(4));
      expect(tradeIds(outlet)).toEqual(Array.from({ length: 43 - first }, (_, index) => `trd-${index + first}`));
      expect(outlet.messages.some(({ conflated }) => conflated)).toBe(false);
    }
  });

  it('tells the newest to those whose network was too slow, and that there were others', async () => {
    const { venue, streams, alice } = await stage();
    const outlet = new TestOutlet();
    streams.trades({ symbol }).open(outlet);
    await eventually(() => expect(outlet.messages).toHaveLength(1));
    outlet.clog();
    await buy(venue, alice, 30);
    await pause(20);
    expect(outlet.messages).toHaveLength(1);
    outlet.unclog();
    await eventually(() => expect(outlet.messages).toHaveLength(2));
    expect(outlet.last).toMatchObject({ type: 'update', conflated: true });
    expect(tradeIds(outlet)).toEqual(Array.from({ length: 20 }, (_, index) => `trd-${index + 11}`));
    await buy(venue, alice, 1);
    await eventually(() => expect(outlet.messages).toHaveLength(3));
    expectChain(outlet);
    expect(outlet.last).not.toHaveProperty('conflated');
  });
});

describe('the stream of a ticker', () => {
  it('tells the market at a glance whenever it is different, and no more often than wanted', async () => {
    const { venue, streams, alice } = await stage();
    const outlet = new TestOutlet();
    streams.ticker({ symbol, conflateMs: 100 }).open(outlet);
    await eventually(() => expect(outlet.messages).toHaveLength(1));
    expect(outlet.last).toMatchObject({
      ...{ type: 'snapshot', channel: 'ticker', lastSequence: venue.exchange.sequence },
      ticker: { symbol, last: '100', bid: '99.99', ask: '100.01', tradeCount: 0, stale: false },
    });
    await buy(venue, alice, 20);
    await eventually(() => expect(outlet.last.ticker).toMatchObject({ last: '100.01', tradeCount: 20 }));
    expect(outlet.messages.length).toBeLessThan(6);
    expectChain(outlet);

    const told = outlet.messages.length;
    await venue.submit({ type: 'Deposit', accountId: alice, asset: 'USD', amount: 1n }, origin);
    await pause(250);
    expect(outlet.messages).toHaveLength(told);
  });
});

describe('the stream of candles', () => {
  it('tells the candle while it is open, and once more when it is closed', async () => {
    const { venue, streams, alice, goOn } = await stage();
    const outlet = new TestOutlet();
    streams.candles({ symbol, conflateMs: 100 }, '1m').open(outlet);
    await eventually(() => expect(outlet.messages).toHaveLength(1));
    expect(outlet.last).toMatchObject({
      ...{ type: 'snapshot', channel: 'candles:1m' },
      candles: [{ openTime: '2023-11-14T22:13:00.000Z', open: '100', close: '100', tradeCount: 0, closed: false }],
    });
    await buy(venue, alice, 3);
    await eventually(() => expect(outlet.last.candles).toMatchObject([{ close: '100.01', tradeCount: 3 }]));
    goOn(60_000);
    await buy(venue, alice, 1);
    await eventually(() =>
      expect(outlet.last.candles).toMatchObject([
        { openTime: '2023-11-14T22:13:00.000Z', tradeCount: 3, closed: true },
        { openTime: '2023-11-14T22:14:00.000Z', open: '100.01', tradeCount: 1, closed: false },
      ]),
    );
    await buy(venue, alice, 1);
    await eventually(() => expect(outlet.last.candles).toMatchObject([{ tradeCount: 2, closed: false }]));
    expectChain(outlet);
  });
});

describe('all streams of markets', () => {
  it('are read at once, and the venue is left alone when nobody reads any more', async () => {
    const { venue, streams, alice } = await stage();
    const outlets = Array.from({ length: 5 }, () => new TestOutlet());
    const sources = [
      ...[streams.book({ symbol }), streams.book({ symbol, checksum: true }), streams.trades({ symbol })],
      ...[streams.ticker({ symbol, conflateMs: 100 }), streams.candles({ symbol, conflateMs: 100 }, '1h')],
    ];
    const subscriptions = sources.map((source, index) => source.open(outlets[index]!));
    await buy(venue, alice, 3);
    for (const { sequence } of [venue.exchange]) {
      await eventually(() => expect(subscriptions.map((each) => each.sequence)).toEqual(Array(5).fill(sequence)));
    }
    for (const subscription of subscriptions) subscription.close();
    for (const subscription of subscriptions) subscription.close();
    const told = outlets.map(({ messages }) => messages.length);
    await buy(venue, alice, 3);
    await pause(250);
    expect(outlets.map(({ messages }) => messages.length)).toEqual(told);
    expect(outlets.map(({ ended }) => ended)).toEqual(Array(5).fill(undefined));
  });

  it('end with the one stream whose message cannot be sent', async () => {
    const { venue, streams, alice } = await stage();
    const [broken, whole] = [new TestOutlet(), new TestOutlet()];
    broken.send = () => {
      throw new Error('planted');
    };
    streams.trades({ symbol }).open(broken);
    streams.trades({ symbol }).open(whole);
    await eventually(() => expect(broken.ended).toBe('INTERNAL'));
    await buy(venue, alice, 2);
    await eventually(() => expect(tradeIds(whole)).toEqual(['trd-1', 'trd-2']));
  });
});
