import { Logger } from '@nestjs/common';
import type { Outlet, Subscription } from '../../edge/stream.js';
import type { AccountEventType } from '../../journal/account-facts.js';
import { type AccountRecord, type RecordedEvents, recordsAtOnceMax } from '../../journal/queries.js';
import type { Venue } from '../../venue/venue.js';
import type { AccountEventMessage } from './account-event-message.js';
import type { AccountEventView } from './account-event-view.js';
import { EventTeller } from './event-teller.js';
import type { LiveEvents, LiveReader } from './live-events.js';
import type { ReadingPace } from './reading-pace.js';

/** A page while there is much to read. */
const pageRecords = 500;
/** Reading may take this long before whatever else waits has its turn. */
const sliceMs = 4;

/** Which events a reader gets. */
export interface EventSelection {
  /** Only those of this account; absent for all. */
  readonly accountId?: number;
  /** Only those of these types; absent for all. */
  readonly eventTypes?: ReadonlySet<AccountEventType>;
  /** From this journal sequence on. */
  readonly fromSequence: number;
  /** From this number of the account on. */
  readonly fromAccountSequence?: number;
}

/** What all subscriptions share. */
export interface EventSources {
  readonly venue: Venue;
  readonly live: LiveEvents;
  readonly pace: ReadingPace;
}

/**
 * One reader of events. What was before it came, it reads from the journal, page by page and as fast as it can
 * take it; when it has read all that there is, it is attached to what goes on, in the same turn of the event loop
 * and after exactly the record that it has come to. So there is no seam where something could be lost or doubled,
 * and nothing has to be kept for it meanwhile.
 */
export class EventSubscription implements Subscription, LiveReader {
  position: number;
  private readonly logger = new Logger('streams');
  private isLive = false;
  private isOpen = true;
  private workBegunAtMs = 0;

  constructor(
    private readonly sources: EventSources,
    private readonly selection: EventSelection,
    private readonly outlet: Outlet<AccountEventView>,
  ) {
    this.position = selection.fromSequence - 1;
    void this.readOn();
  }

  get accountId(): number | undefined {
    return this.selection.accountId;
  }

  get sequence(): number {
    return this.isLive ? Math.max(this.position, this.sources.live.sequence) : this.position;
  }

  close(): void {
    this.isOpen = false;
    if (this.isLive) this.sources.live.detach(this);
    this.isLive = false;
  }

  deliver(event: AccountEventMessage): void {
    if (event.view.sequence > this.position) this.give(event);
  }

  dismiss(toldSequence: number): void {
    this.isLive = false;
    this.position = Math.max(this.position, toldSequence);
    void this.readOn();
  }

  fail(): void {
    this.isLive = false;
    this.outlet.end('INTERNAL', 'The stream has a fault; go on after the last sequence that came.');
  }

  /** Reads the journal until nothing is left to read. */
  private async readOn(): Promise<void> {
    const { venue, live } = this.sources;
    // The numbers and orders of what was read before are those of another place.
    const teller = new EventTeller(venue);
    let limit = recordsAtOnceMax;
    try {
      while (this.isOpen && !this.isLive) {
        const { durableSequence } = venue.status();
        const records = await this.page(limit);
        this.workBegunAtMs = performance.now();
        for (const record of records) await this.tell(record, teller);
        if (!this.isOpen) return;
        const isLastPage = records.length < limit;
        if (isLastPage) this.position = Math.max(this.position, durableSequence);
        this.isLive = isLastPage && live.attach(this);
        limit = isLastPage ? recordsAtOnceMax : pageRecords;
      }
    } catch (error) {
      this.logger.error(error instanceof Error ? error.stack : error);
      this.fail();
    }
  }

  private page(limit: number): Promise<readonly (RecordedEvents & Partial<AccountRecord>)[]> {
    const { queries } = this.sources.venue;
    const fromSequence = this.position + 1;
    const { accountId } = this;
    if (accountId === undefined) return queries.recordedEvents({ fromSequence, limit });
    return queries.accountRecords({ accountId, fromSequence, limit });
  }

  private async tell(record: RecordedEvents & Partial<AccountRecord>, teller: EventTeller): Promise<void> {
    const { accountId } = this;
    if (accountId !== undefined) teller.countFrom(accountId, record.firstAccountSequence! - 1);
    for (const event of await teller.tell(record, this.isWanted)) {
      if (this.outlet.congested || performance.now() - this.workBegunAtMs > sliceMs) await this.rest();
      if (!this.isOpen) return;
      this.give(event);
    }
    this.position = record.sequence;
  }

  /** Until the reader can take more, and others have had their turn. */
  private async rest(): Promise<void> {
    const workMs = performance.now() - this.workBegunAtMs;
    await this.outlet.whenReady();
    await this.sources.pace.rest(workMs);
    this.workBegunAtMs = performance.now();
  }

  private readonly isWanted = (accountId: number): boolean =>
    this.accountId === undefined || this.accountId === accountId;

  private give(event: AccountEventMessage): void {
    const { eventTypes, fromAccountSequence = 0 } = this.selection;
    const { eventType, accountSequence } = event.view;
    if (eventTypes !== undefined && !eventTypes.has(eventType)) return;
    if (accountSequence >= fromAccountSequence) this.outlet.send(event);
  }
}
