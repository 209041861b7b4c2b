import type { Venue } from '../../venue/venue.js';
import type { Finding, HealthIndicator } from '../health-indicator.js';

/** The journal: its latency is the time until everything that was executed so far is on the disk. */
export class JournalHealth implements HealthIndicator {
  readonly name = 'journal';
  readonly required = true;

  constructor(private readonly venue: Venue) {}

  async check(): Promise<Finding> {
    const { state, sequence, durableSequence, queued } = this.venue.status();
    const detail = { sequence, durableSequence, queued };
    if (state === 'JOURNAL_FULL' || state === 'STOPPED')
      return { state: 'down', detail: { message: state, ...detail } };
    await this.venue.durable();
    return { state: 'up', detail };
  }
}
