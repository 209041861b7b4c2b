import { setTimeout as pause } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { jest } from '@jest/globals';
import { eventually } from '../../../test/eventually.fixture.js';
import { liquidityPresets } from '../../config/liquidity-presets.js';
import { formatDecimal } from '../../engine/money.js';
import { definition, fundedAccount, GatedJournal, openVenue, origin, priceSource } from '../../venue/venue.fixture.js';
import type { Venue } from '../../venue/venue.js';
import { place, RebuiltBook, TestOutlet } from './market-streams.fixture.js';
import { MarketStreams } from './market-streams.js';

jest.setTimeout(30_000);

const symbol = 'BTC-USD';

async function stage({ journal = new GatedJournal(), realistic = false } = {}) {
  const liquidity = realistic ? liquidityPresets.realistic : definition.liquidity;
  const { venue } = await openVenue({
    journal,
    definition: { ...definition, liquidity },
    priceSource: priceSource([10_000, 10_003, 9_998, 10_010]),
  });
  const streams = new MarketStreams(venue);
  const alice = await fundedAccount(venue);
  const bob = await fundedAccount(venue);
  await venue.submit({ type: 'Deposit', accountId: bob, asset: 'BTC', amount: 10n ** 12n }, origin);
  return { venue, journal, streams, alice, bob };
}

/** What REST shows of the book now. */
function wholeBook(venue: Venue) {
  const levels = (side: 'BUY' | 'SELL') =>
    venue.exchange
      .depth(symbol, side, 500)
      .map(({ ticks, lots }) => [formatDecimal(ticks * 1_000_000, 8), formatDecimal(lots * 1_000, 8)]);
  return { bids: levels('BUY'), asks: levels('SELL') };
}

function rebuilt(outlet: TestOutlet): RebuiltBook {
  const book = new RebuiltBook();
  for (const message of outlet.messages) book.take(message);
  return book;
}

async function expectSame(outlet: TestOutlet, venue: Venue): Promise<void> {
  await eventually(() => expect(rebuilt(outlet)).toMatchObject(wholeBook(venue)));
}

describe('the stream of a book', () => {
  it('begins with the whole book, and tells each change of it once it is durable', async () => {
    const { venue, journal, streams, alice } = await stage();
    const outlet = new TestOutlet();
    streams.book({ symbol }).open(outlet);
    await eventually(() => expect(outlet.messages).toHaveLength(1));
    const { sequence } = venue.exchange;
    expect(outlet.last).toEqual({
      ...{ type: 'snapshot', channel: 'book', symbol, firstSequence: sequence, lastSequence: sequence },
      ...{ previousLastSequence: null, time: '2023-11-14T22:13:20.000Z' },
      ...{ bids: [['99.99', '100']], asks: [['100.01', '100']] },
    });

    journal.hold();
    const placed = place(venue, alice, 'BUY', 50_000, 9_990);
    await pause(20);
    expect(outlet.messages).toHaveLength(1);
    journal.release();
    const { sequence: orderId } = await placed;
    await eventually(() => expect(outlet.messages).toHaveLength(2));
    expect(outlet.last).toMatchObject({
      ...{ type: 'update', firstSequence: orderId, lastSequence: orderId, previousLastSequence: sequence },
      ...{ bids: [['99.9', '0.5']], asks: [] },
    });
    expect(outlet.last).not.toHaveProperty('conflated');

    await venue.submit({ type: 'CancelOrder', orderId }, origin);
    await eventually(() => expect(outlet.messages).toHaveLength(3));
    expect(outlet.last).toMatchObject({ bids: [['99.9', '0']], asks: [] });
  });

  it('is not heard of where nothing of the book has changed', async () => {
    const { venue, streams, alice } = await stage();
    const outlet = new TestOutlet();
    const subscription = streams.book({ symbol }).open(outlet);
    await place(venue, alice, 'BUY', 100_000);
    const { sequence } = await venue.submit({ type: 'Deposit', accountId: alice, asset: 'USD', amount: 1n }, origin);
    await eventually(() => expect(subscription.sequence).toBe(sequence));
    expect(outlet.messages).toHaveLength(1);
  });

  it('tells a commit of many records as one, and says so', async () => {
    const { venue, streams, alice } = await stage();
    const outlet = new TestOutlet();
    streams.book({ symbol }).open(outlet);
    await eventually(() => expect(outlet.messages).toHaveLength(1));
    const orders = [9_900, 9_890, 9_900].map((price) => place(venue, alice, 'BUY', 10_000, price));
    const [first, , third] = await Promise.all(orders);
    await eventually(() => expect(outlet.messages).toHaveLength(2));
    expect(outlet.last).toMatchObject({
      ...{ firstSequence: first!.sequence, lastSequence: third!.sequence, conflated: true },
      bids: expect.arrayContaining([
        ['99', '0.2'],
        ['98.9', '0.1'],
      ]),
    });
  });

  it('comes to the whole book through trades, refills, moves of the price, another definition and a halt', async () => {
    const { venue, streams, alice, bob } = await stage({ realistic: true });
    const outlets = [new TestOutlet(), new TestOutlet(), new TestOutlet()];
    outlets.forEach((outlet, index) => void streams.book({ symbol, conflateMs: index * 7 }).open(outlet));
    let beat = venue.exchange.state.beat;
    for (let round = 0; round < 40; round += 1) {
      const price = 9_980 + ((round * 7) % 41);
      void place(venue, alice, round % 3 === 0 ? 'SELL' : 'BUY', 1_000 * (1 + (round % 5)), price);
      void place(
        venue,
        bob,
        round % 2 === 0 ? 'SELL' : 'BUY',
        100_000 * (1 + (round % 7)),
        round % 4 === 0 ? undefined : price,
      );
      beat += 1;
      const prices = [{ symbol, priceTicks: 9_990 + ((round * 3) % 20) }];
      if (round % 5 === 0) await venue.submit({ type: 'MovePrices', beat, prices }, origin);
      if (round === 20) await venue.submit({ type: 'ChangeMarketStatus', symbol, status: 'HALTED' }, origin);
      if (round === 24) await venue.submit({ type: 'ChangeMarketStatus', symbol, status: 'OPEN' }, origin);
      if (round === 30) {
        const venueNow = { ...definition, liquidity: liquidityPresets.thin };
        await venue.submit({ type: 'ConfigureVenue', venue: venueNow }, origin);
      }
    }
    await venue.durable();
    for (const outlet of outlets) await expectSame(outlet, venue);
    expect(outlets[0]!.messages.length).toBeGreaterThan(outlets[2]!.messages.length);
    for (const outlet of outlets) expect(rebuilt(outlet).snapshots).toBe(1);
  });

  it('shares one message among those who stand at the same place, and brings a newcomer there', async () => {
    const { venue, streams, alice } = await stage();
    const [first, second, late] = [new TestOutlet(), new TestOutlet(), new TestOutlet()];
    streams.book({ symbol }).open(first);
    streams.book({ symbol }).open(second);
    await eventually(() => expect(second.sent).toHaveLength(1));
    await place(venue, alice, 'BUY', 10_000, 9_900);
    await eventually(() => expect(second.sent).toHaveLength(2));
    expect(second.sent).toEqual([first.sent[0], first.sent[1]]);
    expect(second.sent[1]).toBe(first.sent[1]);

    streams.book({ symbol }).open(late);
    await eventually(() => expect(late.sent).toHaveLength(1));
    expect(late.last).toMatchObject({ type: 'snapshot', lastSequence: first.last.lastSequence });
    await place(venue, alice, 'BUY', 10_000, 9_900);
    await eventually(() => expect(late.sent).toHaveLength(2));
    expect(late.sent[1]).toBe(first.sent[2]);
  });

  it('lets the newest book win where the network is too slow', async () => {
    const { venue, streams, alice } = await stage();
    const [slow, quick] = [new TestOutlet(), new TestOutlet()];
    streams.book({ symbol }).open(slow);
    streams.book({ symbol }).open(quick);
    await eventually(() => expect(quick.messages).toHaveLength(1));
    slow.clog();
    for (const price of [9_900, 9_800, 9_700]) await place(venue, alice, 'BUY', 10_000, price);
    await eventually(() => expect(rebuilt(quick)).toMatchObject(wholeBook(venue)));
    expect(slow.messages).toHaveLength(1);

    slow.unclog();
    await eventually(() => expect(slow.messages).toHaveLength(2));
    expect(slow.last).toMatchObject({ type: 'snapshot', conflated: true, ...wholeBook(venue) });
    await place(venue, alice, 'BUY', 10_000, 9_600);
    await eventually(() => expect(slow.messages).toHaveLength(3));
    expect(slow.last).toMatchObject({ type: 'update', bids: [['96', '0.1']] });
    await expectSame(slow, venue);
  });

  it('keeps to the time between two messages that a reader wants', async () => {
    const { venue, streams, alice } = await stage();
    const outlet = new TestOutlet();
    streams.book({ symbol, conflateMs: 60_000 }).open(outlet);
    const soon = new TestOutlet();
    streams.book({ symbol, conflateMs: 80 }).open(soon);
    await eventually(() => expect(soon.messages).toHaveLength(1));
    for (let count = 0; count < 30; count += 1) {
      await place(venue, alice, 'BUY', 10_000, 9_900 - count);
      await pause(5);
    }
    await expectSame(soon, venue);
    expect(soon.messages.length).toBeLessThan(10);
    expect(outlet.messages.length).toBeLessThanOrEqual(2);
  });

  it('has the checksum of the best ten levels where that is asked for', async () => {
    const { venue, streams, alice } = await stage();
    const outlet = new TestOutlet();
    streams.book({ symbol, checksum: true }).open(outlet);
    await eventually(() => expect(outlet.messages).toHaveLength(1));
    expect(outlet.last.checksum).toBe(crc32('99.99:100:100.01:100'));
    for (let count = 0; count < 12; count += 1) await place(venue, alice, 'BUY', 10_000, 9_900 - count);
    await expectSame(outlet, venue);
    const { bids } = rebuilt(outlet);
    const best = bids.slice(1, 10).map((level) => level.join(':'));
    expect(outlet.last.checksum).toBe(crc32(['99.99:100:100.01:100', ...best].join(':')));
  });

  it('begins anew when the exchange goes back to what is durable', async () => {
    const { venue, journal, streams, alice } = await stage();
    const [early, late] = [new TestOutlet(), new TestOutlet()];
    streams.book({ symbol }).open(early);
    await place(venue, alice, 'BUY', 10_000, 9_900);
    await expectSame(early, venue);
    const before = wholeBook(venue);

    journal.full = true;
    const lost = [9_800, 9_700].map((price) => place(venue, alice, 'BUY', 10_000, price));
    // Somebody comes while there is a book that nobody will ever have seen.
    streams.book({ symbol }).open(late);
    for (const placed of lost) await expect(placed).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    await eventually(() => expect(late.messages).toHaveLength(1));
    expect(rebuilt(late)).toMatchObject(before);
    expect(rebuilt(early)).toMatchObject(before);

    journal.full = false;
    await eventually(() => expect(venue.status().state).toBe('SERVING'));
    await place(venue, alice, 'BUY', 10_000, 9_600);
    for (const outlet of [early, late]) await expectSame(outlet, venue);
    expect(early.messages.some(({ bids }) => bids.some(([price]) => price === '98'))).toBe(false);
    expect(rebuilt(early).snapshots).toBe(2);
    await place(venue, alice, 'BUY', 10_000, 9_500);
    for (const outlet of [early, late]) {
      await expectSame(outlet, venue);
      expect(outlet.last.type).toBe('update');
    }
  });

  it('waits for a book that is durable when it is first read while the disk is full', async () => {
    const { venue, journal, streams, alice } = await stage();
    const before = wholeBook(venue);
    journal.full = true;
    const lost = place(venue, alice, 'BUY', 10_000, 9_800);
    const outlet = new TestOutlet();
    streams.book({ symbol }).open(outlet);
    await expect(lost).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    await eventually(() => expect(outlet.messages).toHaveLength(1));
    expect(outlet.last).toMatchObject({ type: 'snapshot', ...before });

    journal.full = false;
    await eventually(() => expect(venue.status().state).toBe('SERVING'));
    await place(venue, alice, 'BUY', 10_000, 9_600);
    await expectSame(outlet, venue);
    expect(rebuilt(outlet).snapshots).toBe(1);
  });

  it('costs nothing any more when the last reader has left', async () => {
    const { venue, streams, alice } = await stage();
    const outlets = [new TestOutlet(), new TestOutlet()];
    const subscriptions = outlets.map((outlet) => streams.book({ symbol }).open(outlet));
    await eventually(() => expect(outlets[1]!.messages).toHaveLength(1));
    for (const subscription of subscriptions) subscription.close();
    await place(venue, alice, 'BUY', 10_000, 9_900);
    expect(venue.exchange.market(symbol)).toMatchObject({ recorder: undefined });
    await pause(20);
    expect(outlets.map(({ messages }) => messages.length)).toEqual([1, 1]);

    const again = new TestOutlet();
    streams.book({ symbol }).open(again);
    await expectSame(again, venue);
  });

  it('is refused for a market that is not there', async () => {
    const { streams } = await stage();
    expect(() => streams.book({ symbol: 'XRP-USD' })).toThrow('There is no market XRP-USD; there are BTC-USD.');
  });
});
