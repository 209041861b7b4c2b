import { writeFileSync } from 'node:fs';
import type { Venue as VenueClass } from '../../src/venue/venue.js';
import { monotonicMs } from './monotonic-time.js';

/**
 * Is loaded before the exchange (`node --import`), and notes when each batch of its journal was durable: the last
 * sequence and the time of the machine, by turns. They are written when the process ends.
 */
const { Venue } = (await import(process.env.VENUE_MODULE!)) as { Venue: typeof VenueClass };
const commits: number[] = [];

const recover = Venue.recover;
Venue.recover = async (options) => {
  const venue = await recover.call(Venue, options);
  const startedMs = monotonicMs() - performance.now();
  venue.observe({
    committed: ({ records, durableAtMs }) => void commits.push(records.at(-1)!.sequence, startedMs + durableAtMs),
  });
  return venue;
};
process.on('exit', () => writeFileSync(process.env.COMMITS_FILE!, Float64Array.from(commits)));
