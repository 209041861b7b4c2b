import { jest } from '@jest/globals';
import type { PlaceOrder, ReferencePrice } from '../engine/command.js';
import { stateHash } from '../engine/state-hash.js';
import { JournalDamaged, JournalFailed, type JournalHead } from '../journal/journal.js';
import type { KeptSnapshot, SnapshotStore } from '../journal/snapshots.js';
import { fundedAccount, GatedJournal, openVenue, origin, priceSource, recoverVenue } from './venue.fixture.js';
import type { Venue } from './venue.js';

const buy = (accountId: number, clientOrderId?: string, quantity = 100_000_000n): PlaceOrder => ({
  type: 'PlaceOrder',
  accountId,
  clientOrderId,
  symbol: 'BTC-USD',
  side: 'BUY',
  orderType: 'MARKET',
  timeInForce: 'IOC',
  quantity,
  postOnly: false,
  selfTradePrevention: 'EXPIRE_TAKER',
});

const balance = (venue: Venue, accountId: number, asset: string) =>
  venue.read((exchange) => exchange.account(accountId)!.total(asset));

describe('the sequencer', () => {
  it('answers in the order of arrival, with contiguous sequences', async () => {
    const { venue } = await openVenue();
    const accountId = await fundedAccount(venue);
    const { sequence } = venue.status();
    const receipts = await Promise.all(Array.from({ length: 20 }, () => venue.submit(buy(accountId), origin)));
    expect(receipts.map((receipt) => receipt.sequence)).toEqual(Array.from({ length: 20 }, (_, i) => sequence + 1 + i));
    await venue.close();
  });

  it('commits what arrives during a commit as one batch', async () => {
    const journal = new GatedJournal();
    const { venue } = await openVenue({ journal });
    const accountId = await fundedAccount(venue);
    journal.batches.length = 0;
    journal.hold();
    const first = venue.submit(buy(accountId), origin);
    await new Promise(setImmediate);
    const others = Array.from({ length: 9 }, () => venue.submit(buy(accountId), origin));
    journal.release();
    await Promise.all([first, ...others]);
    expect(journal.batches).toEqual([1, 9]);
    await venue.close();
  });

  it('lets a large batch follow the one in flight, and the rest wait', async () => {
    const journal = new GatedJournal();
    const { venue } = await openVenue({ journal });
    const accountId = await fundedAccount(venue);
    journal.batches.length = 0;
    const given = jest.spyOn(journal, 'append');
    journal.hold();
    const orders = Array.from({ length: 100 }, () => venue.submit(buy(accountId), origin));
    await new Promise(setImmediate);
    expect(given.mock.calls.map(([batch]) => batch.length)).toEqual([32, 32]);
    journal.release();
    await Promise.all(orders);
    expect(journal.batches).toEqual([32, 32, 36]);
    await venue.close();
  });

  it('answers nothing and shows nothing before the commit', async () => {
    const journal = new GatedJournal();
    const { venue } = await openVenue({ journal });
    const accountId = await fundedAccount(venue);
    const settled = jest.fn();
    journal.hold();
    const order = venue.submit(buy(accountId), origin).then(settled);
    await new Promise(setImmediate);
    const read = balance(venue, accountId, 'BTC').then(settled);
    const cancel = venue.submit({ type: 'CancelOrder', orderId: 999 }, origin).then(settled);
    await new Promise((wake) => setTimeout(wake, 30));
    expect(settled).not.toHaveBeenCalled();
    journal.release();
    await Promise.all([order, read, cancel]);
    expect(settled).toHaveBeenCalledWith(100_000_000n);
    await venue.close();
  });

  it('refuses what is beyond the bound of its queue', async () => {
    const journal = new GatedJournal();
    const { venue } = await openVenue({ journal, queueCommandsMax: 3 });
    const accountId = await fundedAccount(venue);
    journal.hold();
    const taken = [1, 2, 3].map(() => venue.submit(buy(accountId), origin));
    await expect(venue.submit(buy(accountId), origin)).rejects.toMatchObject({ code: 'OVERLOADED' });
    journal.release();
    await Promise.all(taken);
    await venue.submit(buy(accountId), origin);
    await venue.close();
  });

  it('never lets time go back', async () => {
    let now = 1_700_000_000_000;
    const { venue } = await openVenue({ clock: { now: () => now } });
    const accountId = await fundedAccount(venue);
    const before = await venue.submit(buy(accountId), origin);
    now -= 60_000;
    const after = await venue.submit(buy(accountId), origin);
    expect(after.time).toBe(before.time);
    await venue.close();
  });
});

describe('idempotency', () => {
  it('carries out parallel repeats once', async () => {
    const { venue } = await openVenue();
    const accountId = await fundedAccount(venue);
    const receipts = await Promise.all(Array.from({ length: 50 }, () => venue.submit(buy(accountId, 'a'), origin)));
    expect(new Set(receipts.map(({ sequence }) => sequence)).size).toBe(1);
    expect(receipts.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await balance(venue, accountId, 'BTC')).toBe(100_000_000n);
    await venue.close();
  });

  it('finds the first among what was committed long ago, and tells a changed body', async () => {
    const { venue } = await openVenue();
    const accountId = await fundedAccount(venue);
    const first = await venue.submit(buy(accountId, 'a'), origin);
    await venue.submit(buy(accountId, 'b'), origin);
    expect(await venue.submit(buy(accountId, 'a'), origin)).toMatchObject({ sequence: first.sequence, repeated: true });
    expect(await venue.submit(buy(accountId, 'a', 200_000_000n), origin)).toMatchObject({
      sequence: first.sequence,
      conflict: true,
    });
    await venue.close();
  });

  it('keeps the keys of accounts apart', async () => {
    const { venue } = await openVenue();
    const [alice, bob] = [await fundedAccount(venue), await fundedAccount(venue)];
    const [first, second] = [await venue.submit(buy(alice, 'a'), origin), await venue.submit(buy(bob, 'a'), origin)];
    expect(second.repeated).toBe(false);
    expect(second.sequence).not.toBe(first.sequence);
    await venue.close();
  });

  it('lets a refused key be used again when nothing was kept', async () => {
    const journal = new GatedJournal();
    const { venue } = await openVenue({ journal });
    const accountId = await fundedAccount(venue);
    journal.full = true;
    await expect(venue.submit(buy(accountId, 'a'), origin)).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    journal.full = false;
    await reopened(venue);
    expect(await venue.submit(buy(accountId, 'a'), origin)).toMatchObject({ repeated: false, conflict: false });
    await venue.close();
  });
});

describe('a full journal', () => {
  it('takes the exchange back to the last commit, answers queries, and goes on when there is room', async () => {
    const journal = new GatedJournal();
    const { venue } = await openVenue({ journal });
    const accountId = await fundedAccount(venue);
    const before = await venue.read(stateHash);
    journal.full = true;
    const refused = await Promise.allSettled([1, 2, 3].map(() => venue.submit(buy(accountId), origin)));
    expect(refused.map((result) => result.status === 'rejected' && result.reason.code)).toEqual(
      Array(3).fill('JOURNAL_FULL'),
    );
    expect(venue.status().state).toBe('JOURNAL_FULL');
    expect(await venue.read(stateHash)).toBe(before);
    await expect(venue.submit(buy(accountId), origin)).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    journal.full = false;
    await reopened(venue);
    await venue.submit(buy(accountId), origin);
    expect(await balance(venue, accountId, 'BTC')).toBe(100_000_000n);
    await venue.close();
  });

  it('gives a reader that waited for the lost commit what was committed instead', async () => {
    const journal = new GatedJournal();
    const { venue } = await openVenue({ journal });
    const accountId = await fundedAccount(venue);
    journal.hold();
    const order = venue.submit(buy(accountId), origin);
    order.catch(() => undefined);
    await new Promise(setImmediate);
    const read = balance(venue, accountId, 'BTC');
    journal.full = true;
    journal.release();
    await expect(order).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    expect(await read).toBe(0n);
    await venue.close();
  });
});

describe('a failed journal', () => {
  it('stops everything and acknowledges nothing any more', async () => {
    const journal = new GatedJournal();
    const { venue, failures } = await openVenue({ journal });
    const accountId = await fundedAccount(venue);
    journal.failNext(new JournalFailed('EIO'));
    await expect(venue.submit(buy(accountId), origin)).rejects.toMatchObject({ code: 'STOPPED' });
    await expect(venue.submit(buy(accountId), origin)).rejects.toMatchObject({ code: 'STOPPED' });
    await expect(balance(venue, accountId, 'BTC')).rejects.toMatchObject({ code: 'STOPPED' });
    expect(failures).toHaveLength(1);
    await venue.close();
  });
});

describe('the price feed', () => {
  it('goes on after a restart where the journal ends', async () => {
    const journal = new GatedJournal();
    const close = journal.close.bind(journal);
    journal.close = async () => undefined;
    const prices = priceSource([10_000, 10_100, 10_200, 10_300]);
    const first = await openVenue({ journal, priceSource: prices, beatMs: 20 });
    while (first.venue.exchange.state.beat < 1) await new Promise((wake) => setTimeout(wake, 5));
    await first.venue.close();
    const { beat } = first.venue.exchange.state;
    const second = await openVenue({ journal, priceSource: prices });
    expect(second.venue.exchange.state.beat).toBe(beat + 1);
    expect(second.venue.exchange.market('BTC-USD')!.referenceTicks).toBe(10_000 + (beat + 1) * 100);
    await second.venue.close();
    await close();
  });

  it('journals once that a price is stale, and moves nothing by it', async () => {
    let said: ReferencePrice = { symbol: 'BTC-USD', priceTicks: 9_000, stale: true };
    const { venue } = await openVenue({ beatMs: 5, priceSource: { pricesAt: () => [said] } });
    const market = () => venue.exchange.market('BTC-USD')!;
    const beats = () => new Promise((wake) => setTimeout(wake, 40));
    expect(market().referenceTicks).toBe(9_000);
    expect(market().staleSince).toBeDefined();
    await beats();
    const { sequence } = venue.status();
    said = { symbol: 'BTC-USD', priceTicks: 10_000 };
    await beats();
    expect(market()).toMatchObject({ referenceTicks: 10_000, staleSince: undefined });
    said = { symbol: 'BTC-USD', priceTicks: 9_000, stale: true };
    await beats();
    expect(market().referenceTicks).toBe(10_000);
    expect(market().staleSince).toBeDefined();
    expect(venue.status().sequence).toBe(sequence + 2);
    await venue.close();
  });

  it('leaves a beat that changes nothing out of the journal', async () => {
    const { venue } = await openVenue({ beatMs: 10 });
    const { sequence } = venue.status();
    await new Promise((wake) => setTimeout(wake, 60));
    expect(venue.status().sequence).toBe(sequence);
    await venue.close();
  });
});

describe('draining', () => {
  it('refuses new commands and finishes those in flight', async () => {
    const journal = new GatedJournal();
    const { venue } = await openVenue({ journal });
    const accountId = await fundedAccount(venue);
    journal.hold();
    const order = venue.submit(buy(accountId), origin);
    await new Promise(setImmediate);
    venue.drain();
    await expect(venue.submit(buy(accountId), origin)).rejects.toMatchObject({ code: 'DRAINING' });
    journal.release();
    expect((await order).events).not.toHaveLength(0);
    await venue.close();
  });
});

describe('a venue whose journal is still being checked', () => {
  class CheckedJournal extends GatedJournal {
    private tell: (damage?: JournalDamaged) => void = () => undefined;

    override async verifyChain(): Promise<JournalHead> {
      const damage = await new Promise<JournalDamaged | undefined>((resolve) => {
        this.tell = resolve;
      });
      if (damage !== undefined) throw damage;
      return this.head();
    }

    checked(damage?: JournalDamaged): void {
      this.tell(damage);
    }
  }

  it('adds nothing to it, and begins when it is found to be whole', async () => {
    const journal = new CheckedJournal();
    const { venue } = await recoverVenue({ journal });
    const begun = venue.begin();
    expect(() => venue.submit({ type: 'OpenAccount', name: 'Alice', accountType: 'CUSTOMER' }, origin)).toThrow();
    expect(journal.head().sequence).toBe(0);
    journal.checked();
    await begun;
    expect(venue.exchange.market('BTC-USD')!.referenceTicks).toBe(10_000);
    await venue.close();
  });

  it('does not begin where it is damaged, and keeps nothing of it', async () => {
    const journal = new CheckedJournal();
    const kept: KeptSnapshot[] = [];
    const snapshots = {
      newestFirst: async function* () {},
      write: async (snapshot: KeptSnapshot) => void kept.push(snapshot),
    } as unknown as SnapshotStore;
    await fundedAccountIn(journal);
    const { venue } = await recoverVenue({ journal, snapshots });
    const { sequence } = journal.head();
    journal.checked(new JournalDamaged('record 1 of the journal is not what was written', 1));
    await expect(venue.begin()).rejects.toThrow(JournalDamaged);
    await venue.close();
    expect(journal.head().sequence).toBe(sequence);
    expect(kept).toEqual([]);
  });

  /** What a venue before has left in it. */
  async function fundedAccountIn(journal: CheckedJournal): Promise<void> {
    const { venue } = await recoverVenue({ journal });
    journal.checked();
    await venue.begin();
    await fundedAccount(venue);
    venue.drain();
  }
});

async function reopened(venue: Venue): Promise<void> {
  const end = Date.now() + 5_000;
  while (venue.status().state !== 'SERVING') {
    if (Date.now() > end) throw new Error('the venue did not open again');
    await new Promise((wake) => setTimeout(wake, 20));
  }
}
