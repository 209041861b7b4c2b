import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { JournalRecord } from '../journal/journal.js';
import { VenueUnavailable } from '../venue/unavailable.js';
import { Venue } from '../venue/venue.js';
import type { CommittedBatch, VenueObserver } from '../venue/venue-observer.js';
import { FaultBoard } from './fault-board.js';

/** A market that does not trade, or an exchange that takes no commands for now, is asked again after so long. */
const retryMs = 250;

/**
 * Releases the orders that a fault has wait between their acceptance and their matching. Those that a process took
 * along with it are released at the next start, whether or not faults can be injected there: nothing hangs for ever.
 */
@Injectable()
export class WaitingOrders implements VenueObserver, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('chaos');
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly venue: Venue,
    board: FaultBoard,
  ) {
    if (board.isEnabled) venue.observe(this);
  }

  onApplicationBootstrap(): void {
    for (const { orderId, state } of this.venue.exchange.state.orders.values()) {
      if (state === 'WORKING') this.releaseAfter(0, orderId, undefined);
    }
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  committed({ records }: CommittedBatch): void {
    for (const record of records) {
      const delayMs = waitOf(record);
      if (delayMs !== undefined) this.releaseAfter(delayMs, record.sequence, record.sequence);
    }
  }

  private releaseAfter(delayMs: number, orderId: number, causedBy: number | undefined): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.release(orderId, causedBy);
    }, delayMs).unref();
    this.timers.add(timer);
  }

  /** One that was canceled meanwhile needs no release. */
  private async release(orderId: number, causedBy: number | undefined): Promise<void> {
    try {
      const { reject } = await this.venue.submit({ type: 'ReleaseOrder', orderId }, { transport: 'SYSTEM', causedBy });
      if (reject?.rejected === 'MARKET_NOT_OPEN') this.releaseAfter(retryMs, orderId, causedBy);
    } catch (error) {
      if (passes(error)) return this.releaseAfter(retryMs, orderId, causedBy);
      this.logger.warn(`order ord-${orderId} waits for the next start to be matched: ${(error as Error).message}`);
    }
  }
}

/** A full queue and a full disk pass; an exchange that closes leaves the order to its next start. */
function passes(error: unknown): boolean {
  return error instanceof VenueUnavailable && (error.code === 'OVERLOADED' || error.code === 'JOURNAL_FULL');
}

function waitOf({ command, reject }: JournalRecord): number | undefined {
  return command.type === 'PlaceOrder' && reject === undefined ? command.fault?.matchAfterMs : undefined;
}
