import { Injectable } from '@nestjs/common';
import { Venue } from '../venue/venue.js';

/** Whether the exchange takes commands now. Recovery is over before anything listens, so it is not asked for here. */
@Injectable()
export class Readiness {
  constructor(private readonly venue: Venue) {}

  /** Why the exchange takes no commands; `undefined` when it does. */
  obstacle(): string | undefined {
    const { state } = this.venue.status();
    return state === 'SERVING' ? undefined : state;
  }
}
