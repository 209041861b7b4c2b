import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PlaceOrder } from '../engine/command.js';
import { MemoryJournal } from '../journal/sqlite/memory-journal.js';
import { openTradingVenue, tradeADay } from '../venue/trading-day.fixture.js';
import { fundedAccount, GatedJournal, openVenue, origin, priceSource } from '../venue/venue.fixture.js';
import type { Venue } from '../venue/venue.js';
import { finalStatuses, TradingTally } from './trading-tally.js';

function watch(venue: Venue): TradingTally {
  const tally = new TradingTally(venue.exchange);
  venue.observe(tally);
  return tally;
}

/** What the read model says of how orders ended. */
async function endedOf(venue: Venue): Promise<Record<string, number>> {
  const { items } = await venue.queries.orders({ limit: 500 });
  const counts: Record<string, number> = {};
  for (const { orderType, status } of items) {
    const key = `${orderType} ${status}`;
    if (finalStatuses.includes(status as never)) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function endedIn({ ended }: TradingTally): Record<string, number> {
  const counts = Object.entries(ended).flatMap(([type, statuses]) =>
    Object.entries(statuses).map(([status, count]) => [`${type} ${status}`, count] as const),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function openIn({ markets }: TradingTally): number {
  return [...markets.values()].reduce((sum, { openOrders }) => sum + openOrders, 0);
}

const btc = 100_000_000n;

function limitOrder(accountId: number, price: bigint, quantity = btc / 10n): PlaceOrder {
  return {
    ...{ type: 'PlaceOrder', accountId, symbol: 'BTC-USD', side: 'BUY', orderType: 'LIMIT', timeInForce: 'GTC' },
    ...{ quantity, price: price * 1_000_000n, postOnly: false, selfTradePrevention: 'EXPIRE_TAKER' },
  } as PlaceOrder;
}

describe('the tally of trading', () => {
  it('agrees with the read model after a day with something of everything', async () => {
    const venue = await openTradingVenue(new MemoryJournal());
    const tally = watch(venue);
    await tradeADay(venue);
    await nextTurn();
    const ended = await endedOf(venue);
    expect(Object.keys(ended).length).toBeGreaterThan(3);
    expect(endedIn(tally)).toEqual(ended);
    expect(openIn(tally)).toBe(venue.exchange.state.orders.size);
    expect(openIn(tally)).toBe(1);
    expect(tally.markets.get('BTC-USD')).toMatchObject({ trades: 2 });
    expect([...tally.rejects]).toEqual([['INSUFFICIENT_FUNDS', 1]]);
    await venue.close();
  });

  it('knows the orders that were open when it began, and counts nothing twice', async () => {
    const journal = new GatedJournal();
    const { venue } = await openVenue({ journal });
    const account = await fundedAccount(venue);
    const resting = await venue.submit(limitOrder(account, 9_900n), origin);
    journal.hold();
    const inFlight = venue.submit(limitOrder(account, 9_901n), origin);
    // It begins between the execution of this order and its commit.
    await nextTurn();
    const tally = watch(venue);
    expect(openIn(tally)).toBe(2);
    journal.release();
    await inFlight;
    await nextTurn();
    expect(openIn(tally)).toBe(2);
    expect(tally.placed.LIMIT).toBe(0);
    await venue.submit({ type: 'CancelOrder', orderId: resting.sequence }, origin);
    await nextTurn();
    expect([openIn(tally), tally.ended.LIMIT.CANCELED]).toEqual([1, 1]);
    await venue.close();
  });

  it('counts the fill of a resting order that prices moved through', async () => {
    const { venue } = await openVenue({ priceSource: priceSource([10_000, 9_000]), beatMs: 20 });
    const tally = watch(venue);
    await venue.submit(limitOrder(await fundedAccount(venue), 9_900n), origin);
    while (tally.ended.LIMIT.FILLED === 0) await nextTurn();
    expect([openIn(tally), tally.markets.get('BTC-USD')?.trades]).toEqual([0, 1]);
    await venue.close();
  });

  it('does not count what a full disk took back', async () => {
    const journal = new GatedJournal();
    const { venue } = await openVenue({ journal });
    const account = await fundedAccount(venue);
    const tally = watch(venue);
    journal.full = true;
    await expect(venue.submit(limitOrder(account, 9_900n), origin)).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    await nextTurn();
    expect([openIn(tally), tally.placed.LIMIT]).toEqual([0, 0]);
    journal.full = false;
    await venue.close();
  });
});
