import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { JournalRecord, Origin } from '../journal/journal.js';
import { Venue } from '../venue/venue.js';
import type { CommittedBatch, VenueObserver } from '../venue/venue-observer.js';
import { CycleCloser } from './cycle-closer.js';
import { Dispatcher } from './dispatcher.js';
import { SettlementCalendar } from './settlement-calendar.js';

const origin: Origin = { transport: 'SYSTEM' };

/**
 * Settles while the application runs: at each cut-off it closes what is due, and what is open is sent and followed.
 * What a deposit, a withdrawal or a transfer instructs is sent as soon as it is durable.
 */
@Injectable()
export class SettlementLifetime implements OnApplicationBootstrap, OnModuleDestroy, VenueObserver {
  private readonly logger = new Logger('settlement');
  private timer: NodeJS.Timeout | undefined = undefined;
  private stopped = false;

  constructor(
    private readonly venue: Venue,
    private readonly calendar: SettlementCalendar,
    private readonly closer: CycleCloser,
    private readonly dispatcher: Dispatcher,
  ) {}

  onApplicationBootstrap(): void {
    this.dispatcher.start();
    this.venue.observe(this);
    this.waitForCutOff();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.dispatcher.stop();
  }

  committed({ records }: CommittedBatch): void {
    if (records.some(movesAtCustodian)) this.dispatcher.wake();
  }

  private waitForCutOff(): void {
    const now = this.venue.now();
    const waitMs = Math.max(1, this.calendar.nextCutOff(now) - now);
    this.timer = setTimeout(() => void this.cutOff(), waitMs).unref();
  }

  /** What could not be closed now is closed at the next cut-off. */
  private async cutOff(): Promise<void> {
    try {
      const cycles = await this.closer.close(origin);
      if (cycles.length > 0) this.dispatcher.wake();
    } catch (error) {
      if (!this.stopped) this.logger.warn(`the cut-off is put off: ${(error as Error).message}`);
    }
    if (!this.stopped) this.waitForCutOff();
  }
}

/** A movement of funds is the first event of its record, so that orders cost no more than a look. */
function movesAtCustodian({ events: [event] }: JournalRecord): boolean {
  return event?.type === 'FundsMoved' && event.instructionId !== undefined;
}
