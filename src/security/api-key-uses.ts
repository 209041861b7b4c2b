import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Origin } from '../journal/journal.js';
import { VenueUnavailable } from '../venue/unavailable.js';
import { Venue } from '../venue/venue.js';

/** How far behind the journal may be: after a crash, keys seem to have been used last up to so much earlier than they were. */
const noteEveryMs = 300_000;
/** So many uses go into one record. */
const usesPerRecordMax = 500;

const origin: Origin = { transport: 'SYSTEM' };

/**
 * When keys were last used. In memory this is exact; the journal is told every few minutes and when the
 * exchange drains, in one record for all keys, so that no request costs a record. It holds the keys that were used
 * since then, which are no more than there are in force.
 */
@Injectable()
export class ApiKeyUses implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('access');
  private readonly uses = new Map<number, number>();
  private timer: NodeJS.Timeout | undefined = undefined;

  constructor(private readonly venue: Venue) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tellJournal(), noteEveryMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  note(keyId: number): void {
    this.uses.set(keyId, this.venue.now());
  }

  /** Milliseconds since 1970; `undefined` if the journal knows better, or nobody does. */
  lastUse(keyId: number): number | undefined {
    return this.uses.get(keyId);
  }

  /** Puts what was noted into the journal. What it does not take now stays noted. */
  async tellJournal(): Promise<void> {
    const noted = [...this.uses].map(([keyId, usedAt]) => ({ keyId, usedAt }));
    try {
      for (let from = 0; from < noted.length; from += usesPerRecordMax) {
        const uses = noted.slice(from, from + usesPerRecordMax);
        await this.venue.submit({ type: 'NoteApiKeyUses', uses }, origin);
        for (const { keyId, usedAt } of uses) {
          if (this.uses.get(keyId) === usedAt) this.uses.delete(keyId);
        }
      }
    } catch (error) {
      if (!(error instanceof VenueUnavailable)) throw error;
      this.logger.warn(`when API keys were last used was not journaled: ${error.message}`);
    }
  }
}
