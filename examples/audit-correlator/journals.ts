import type { LineStore } from '../line-store.ts';
import type { Event, Source } from './event.ts';

const noHash = '0'.repeat(64);

/** Another event is kept where one of these, or the one before them, would have to be. */
export class OtherEvent extends Error {}

/** An event, and whose it is. */
export interface KeptEvent {
  readonly source: Source;
  readonly event: Event;
}

/** What was noticed of one venue. Only `events` is remembered beyond the process. */
export interface Journal {
  source: Source;
  /** In order, without a gap: that of sequence 7 is at 6. */
  readonly events: Event[];
  /** Pushes, the events in them that were kept already, and pushes that began after a gap or did not fit. */
  pushes: number;
  doubles: number;
  gaps: number;
  conflicts: number;
}

/** The journals of all venues, each kept whole: every event once, in order, chained by its hashes. */
export class Journals {
  private readonly journals = new Map<string, Journal>();
  private readonly store: LineStore<KeptEvent>;

  constructor(store: LineStore<KeptEvent>) {
    this.store = store;
    for (const { source, event } of store.kept) this.journalOf(source).events.push(event);
  }

  /** Keeps what is new, and answers up to where everything is kept. */
  push(source: Source, events: readonly Event[]): number {
    const journal = this.journalOf(source);
    const { events: kept } = journal;
    journal.source = source;
    if (events.length === 0) return kept.length;
    journal.pushes += 1;
    if (events[0]!.sequence > kept.length + 1) {
      journal.gaps += 1;
      return kept.length;
    }
    this.assertFits(journal, events);
    const fresh = events.filter(({ sequence }) => sequence > kept.length);
    journal.doubles += events.length - fresh.length;
    this.store.append(...fresh.map((event) => ({ source, event })));
    kept.push(...fresh);
    return kept.length;
  }

  all(): readonly Journal[] {
    return [...this.journals.values()];
  }

  of(venueId: string): Journal | undefined {
    return this.journals.get(venueId);
  }

  private assertFits(journal: Journal, events: readonly Event[]): void {
    let before = journal.events[events[0]!.sequence - 2]?.hash ?? noHash;
    for (const { sequence, previousHash, hash } of events) {
      const kept = journal.events[sequence - 1];
      if (previousHash !== before || (kept !== undefined && kept.hash !== hash)) {
        journal.conflicts += 1;
        throw new OtherEvent(`the event ${sequence}, or the one before it, is kept with another hash`);
      }
      before = hash;
    }
  }

  private journalOf(source: Source): Journal {
    const known = this.journals.get(source.venueId);
    if (known !== undefined) return known;
    const journal: Journal = { source, events: [], pushes: 0, doubles: 0, gaps: 0, conflicts: 0 };
    this.journals.set(source.venueId, journal);
    return journal;
  }
}
