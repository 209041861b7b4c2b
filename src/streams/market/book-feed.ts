import type { Side, Stamp } from '../../engine/command.js';
import type { Exchange } from '../../engine/exchange.js';
import type { Instrument } from '../../engine/instrument.js';
import type { LevelRecorder } from '../../engine/matching/level-recorder.js';
import type { DepthLevel } from '../../engine/matching/order-book.js';
import type { JournalRecord } from '../../journal/journal.js';
import { type BookLevelView, bookLevelView } from '../../matching/market-data-views.js';
import type { Venue } from '../../venue/venue.js';
import { bookChecksum, checksumLevels } from './book-checksum.js';
import type { FanOut } from './fan-out.js';
import { LiveFeed, type MarketFeed, type Portion } from './market-feed.js';
import { type BaseBook, type BookRecord, PublishedBook } from './published-book.js';

/** What a message of the book has beside what every message has. */
export interface BookContents {
  readonly bids: readonly BookLevelView[];
  readonly asks: readonly BookLevelView[];
  readonly checksum?: number;
}

/**
 * The book of one market. It follows the levels that the engine changes, record by record, and publishes them
 * when the record is durable. The exchange that it follows may be replaced (after a full disk, by one that knows
 * only what is durable): then it begins anew with the whole book.
 */
export class BookFeed extends LiveFeed<BookContents> {
  readonly channel = 'book';
  /** The same with checksums. */
  readonly checked: MarketFeed<BookContents> = new CheckedBook(this);
  private readonly published = new PublishedBook();
  private readonly instrument: Instrument;
  /** What is recorded, and of which exchange; `undefined` until that has begun. */
  private recording: { readonly exchange: Exchange; readonly recorder: LevelRecorder } | undefined = undefined;
  private isBeginning = false;
  private durableSequence = 0;
  private isStopped = false;
  /** Executed and not durable yet: never more than the venue takes into its queue. */
  private pending: BookRecord[] = [];

  constructor(
    private readonly venue: Venue,
    symbol: string,
    fanOut: FanOut,
    onEmpty: () => void,
  ) {
    super(symbol, fanOut, onEmpty);
    // Neither ticks nor lots nor decimals of a market ever change.
    this.instrument = venue.exchange.market(symbol)!.instrument;
  }

  get position(): Stamp | undefined {
    return this.published.position;
  }

  get through(): number {
    return this.isBeginning ? 0 : this.durableSequence;
  }

  start(): void {
    void this.begin();
  }

  stop(): void {
    this.isStopped = true;
    this.recording?.exchange.market(this.symbol)?.stopRecording();
  }

  override executed(record: JournalRecord): void {
    if (this.recording?.exchange !== this.venue.exchange) {
      this.pending = [];
      void this.begin();
    } else if (!this.recording.recorder.isEmpty) {
      const { sequence, time } = record;
      this.pending.push({ sequence, time, changes: this.recording.recorder.take() });
    }
  }

  override committed(records: readonly JournalRecord[]): void {
    this.durableSequence = records.at(-1)!.sequence;
    if (this.isBeginning || !this.publishDurable()) return;
    this.tell();
  }

  whole(): Portion<BookContents> {
    const { sequence: firstSequence } = this.position!;
    const contents = {
      bids: this.views(this.published.levels('BUY')),
      asks: this.views(this.published.levels('SELL')),
    };
    return { type: 'snapshot', firstSequence, isConflated: false, contents };
  }

  since(sequence: number): Portion<BookContents> | undefined {
    const difference = this.published.since(sequence);
    if (difference === undefined) return undefined;
    const { firstSequence, records, bids, asks } = difference;
    const contents = { bids: this.views(bids), asks: this.views(asks) };
    return { type: 'update', firstSequence, isConflated: records > 1, contents };
  }

  /** The newest book wins. */
  newest(): Portion<BookContents> {
    return this.whole();
  }

  /** Of the best levels that it shows now. */
  checksum(): number {
    const best = (side: Side) => this.views(this.published.levels(side, checksumLevels));
    return bookChecksum(best('BUY'), best('SELL'));
  }

  /** Looks at the whole book and follows it from there on; it is published once it is durable. */
  private async begin(): Promise<void> {
    if (this.isBeginning) return;
    this.isBeginning = true;
    const base = await this.venue.read((exchange) => this.record(exchange)).catch(() => undefined);
    this.isBeginning = false;
    // Without a base the venue has stopped for good, and its streams end with it.
    if (base === undefined || this.isStopped) return;
    this.published.begin(base);
    this.publishDurable();
    this.tell();
  }

  private record(exchange: Exchange): BaseBook {
    const { sequence, time } = exchange;
    if (!this.isStopped) {
      this.pending = [];
      this.recording = { exchange, recorder: exchange.market(this.symbol)!.startRecording() };
    }
    const levels = (side: Side) => exchange.depth(this.symbol, side, Number.POSITIVE_INFINITY);
    return { sequence, time, bids: levels('BUY'), asks: levels('SELL') };
  }

  /** Takes in what has become durable; false if that changes nothing. */
  private publishDurable(): boolean {
    const before = this.position;
    let taken = 0;
    while (taken < this.pending.length && this.pending[taken]!.sequence <= this.durableSequence) {
      this.published.take(this.pending[taken]!);
      taken += 1;
    }
    this.pending.splice(0, taken);
    return this.position !== before;
  }

  private views(levels: readonly DepthLevel[]): BookLevelView[] {
    return levels.map((level) => bookLevelView(level, this.instrument));
  }
}

/** The book, with a checksum of its best levels in each message. */
class CheckedBook implements MarketFeed<BookContents> {
  constructor(private readonly book: BookFeed) {}

  get channel(): string {
    return this.book.channel;
  }

  get symbol(): string {
    return this.book.symbol;
  }

  get position(): Stamp | undefined {
    return this.book.position;
  }

  get through(): number {
    return this.book.through;
  }

  whole(): Portion<BookContents> {
    return this.checked(this.book.whole());
  }

  since(sequence: number): Portion<BookContents> | undefined {
    const portion = this.book.since(sequence);
    return portion && this.checked(portion);
  }

  newest(): Portion<BookContents> {
    return this.whole();
  }

  private checked(portion: Portion<BookContents>): Portion<BookContents> {
    return { ...portion, contents: { ...portion.contents, checksum: this.book.checksum() } };
  }
}
