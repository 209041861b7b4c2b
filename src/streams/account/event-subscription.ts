import { Logger } from '@nestjs/common';
import type { ReadingPace } from '../../edge/reading-pace.js';
import type { Outlet, Subscription } from '../../edge/stream.js';
import type { AccountEventType } from '../../journal/account-facts.js';
import { type AccountRecord, type RecordedEvents, recordsAtOnceMax } from '../../journal/queries.js';
import type { Venue } from '../../venue/venue.js';
import type { AccountEventMessage } from './account-event-message.js';
import type { AccountEventView } from './account-event-view.js';
import { EventTeller } from './event-teller.js';
import type { LiveEvents, LiveReader } from './live-events.js';

/** A page while there is much to read. */
const pageRecords = 500;
/** Reading may take this long before whatever else waits has its turn. */
const sliceMs = 4;

/** A page that was asked for. What was durable by then is in it, if there is room. */
interface Page {
  readonly records: Promise<readonly (RecordedEvents & Partial<AccountRecord>)[]>;
  readonly limit: number;
  readonly durableSequence: number;
}

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
    // The orders and counts of a reader who was sent back are those of another place.
    const teller = new EventTeller(this.sources.venue);
    try {
      let page = this.ask(this.position + 1, recordsAtOnceMax);
      while (this.isOpen && !this.isLive) {
        const records = await page.records;
        const isLast = records.length < page.limit;
        const covered = isLast ? page.durableSequence : records.at(-1)!.sequence;
        // The other thread reads on while this one tells.
        const next = isLast ? undefined : this.ask(covered + 1, pageRecords);
        this.workBegunAtMs = performance.now();
        for (const record of records) await this.tell(record, teller);
        if (!this.isOpen) return;
        this.position = Math.max(this.position, covered);
        this.isLive = isLast && this.sources.live.attach(this);
        if (!this.isLive) page = next ?? this.ask(this.position + 1, recordsAtOnceMax);
      }
    } catch (error) {
      this.logger.error(error instanceof Error ? error.stack : error);
      this.fail();
    }
  }

  private ask(fromSequence: number, limit: number): Page {
    const { queries } = this.sources.venue;
    const { durableSequence } = this.sources.venue.status();
    const { accountId } = this;
    const records: Page['records'] =
      accountId === undefined
        ? queries.recordedEvents({ fromSequence, limit })
        : queries.accountRecords({ accountId, fromSequence, limit });
    // The reader may leave before the page is looked at.
    records.catch(() => undefined);
    return { records, limit, durableSequence };
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
