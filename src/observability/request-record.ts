import { currentRequest } from '../edge/request-context.js';
import type { JournalRecord } from '../journal/journal.js';
import type { VenueObserver } from '../venue/venue-observer.js';

/** Notes with each request what its command became, so that its line in the log names the order and the record. */
export class RequestRecord implements VenueObserver {
  executed(record: JournalRecord): void {
    const request = currentRequest();
    if (request !== undefined) request.record = record;
  }
}
