import { JournalFull } from '../journal/journal.js';
import { MemoryJournal } from '../journal/sqlite/memory-journal.js';
import { openVenue, origin } from '../venue/venue.fixture.js';
import type { Venue } from '../venue/venue.js';
import { Readiness } from './readiness.js';

/** A journal whose disk fills up and is emptied as a spec says. */
class FillableJournal extends MemoryJournal {
  full = false;

  override append(...batch: Parameters<MemoryJournal['append']>): ReturnType<MemoryJournal['append']> {
    return this.full ? Promise.reject(new JournalFull()) : super.append(...batch);
  }

  override hasRoom(): Promise<boolean> {
    return Promise.resolve(!this.full);
  }
}

describe('readiness', () => {
  const journal = new FillableJournal();
  let venue: Venue;
  let readiness: Readiness;
  let told: (string | undefined)[];

  beforeAll(async () => {
    ({ venue } = await openVenue({ journal }));
    readiness = new Readiness(venue);
    readiness.onApplicationBootstrap();
    told = [];
    readiness.follow((obstacle) => told.push(obstacle));
  });

  afterAll(() => venue.close());

  async function until(count: number): Promise<void> {
    const end = Date.now() + 5_000;
    while (told.length < count && Date.now() < end) await new Promise((wake) => setTimeout(wake, 20));
  }

  it('tells those who follow how it is, once for each change', async () => {
    expect(readiness.obstacle()).toBeUndefined();
    journal.full = true;
    await expect(venue.submit({ type: 'OpenAccount', name: 'Ann', accountType: 'CUSTOMER' }, origin)).rejects.toThrow();
    await until(2);
    journal.full = false;
    await until(3);
    expect(told).toEqual([undefined, 'JOURNAL_FULL', undefined]);
  });

  it('is gone at once when it is withdrawn, while commands are still taken', async () => {
    readiness.withdraw();
    expect(readiness.obstacle()).toBe('DRAINING');
    expect(told.at(-1)).toBe('DRAINING');
    const { reject } = await venue.submit({ type: 'OpenAccount', name: 'Bob', accountType: 'CUSTOMER' }, origin);
    expect(reject).toBeUndefined();
    readiness.withdraw();
    expect(told).toHaveLength(4);
  });
});
