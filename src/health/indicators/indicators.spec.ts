import { tmpdir } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { openVenue } from '../../venue/venue.fixture.js';
import { DiskSpaceHealth } from './disk-space.js';
import { EventLoopHealth } from './event-loop.js';
import { JournalHealth } from './journal.js';
import { MemoryHealth } from './memory.js';

describe('the parts of the process', () => {
  it('disk: too little room is a warning, and a folder that is gone is an error of the check', async () => {
    const dataDir = tmpdir();
    const free = { freeBytes: expect.any(Number), totalBytes: expect.any(Number) };
    expect(await new DiskSpaceHealth({ dataDir, diskFreeBytesMin: 0 }).check()).toEqual({ state: 'up', detail: free });
    const wanting = await new DiskSpaceHealth({ dataDir, diskFreeBytesMin: 1e15 }).check();
    expect(wanting).toMatchObject({
      state: 'degraded',
      detail: { message: 'less than DISK_FREE_BYTES_MIN (1000000000000000)' },
    });
    await expect(new DiskSpaceHealth({ dataDir: '/nowhere', diskFreeBytesMin: 0 }).check()).rejects.toThrow('ENOENT');
  });

  it('memory: shows what is used beside what there is', () => {
    const { detail } = new MemoryHealth().check();
    expect(detail?.rssBytes).toBeLessThan(detail?.rssBytesMax as number);
    expect(detail?.heapUsedBytes).toBeLessThan(detail?.heapBytesMax as number);
  });

  it('event loop: one pause is shown and is no reason to worry, many are', async () => {
    const eventLoop = new EventLoopHealth();
    try {
      block(300);
      await turns(1);
      expect(eventLoop.check()).toMatchObject({ state: 'up' });
      for (let blocked = 0; blocked < 4; blocked += 1) {
        block(300);
        await turns(60);
      }
      expect(eventLoop.check()).toMatchObject({ state: 'degraded', detail: { delayP99Ms: expect.any(Number) } });
      expect(eventLoop.check()).toMatchObject({ state: 'up', detail: { delayMaxMs: 0 } });
    } finally {
      eventLoop.stop();
    }
  }, 20_000);

  it('journal: up with the time of a commit, and up still while it drains', async () => {
    const { venue } = await openVenue();
    const journal = new JournalHealth(venue);
    const { sequence } = venue.status();
    const up = { state: 'up', detail: { sequence, durableSequence: sequence, queued: 0 } };
    expect(await journal.check()).toEqual(up);
    venue.drain();
    expect(await journal.check()).toEqual(up);
    await venue.close();
  });
});

function block(durationMs: number): void {
  const end = performance.now() + durationMs;
  while (performance.now() < end);
}

/** Lets the event loop turn until so many more looks were taken at it, which takes a busy machine longer. */
async function turns(count: number): Promise<void> {
  const looks = monitorEventLoopDelay({ resolution: 20 });
  looks.enable();
  while (looks.count < count) await pause(20);
  looks.disable();
}
