import { discrepancy } from '../crash/discrepancy.js';
import type { Random } from '../crash/random.js';
import { type BookMessage, ToldBook, type WholeBook } from './told-book.js';

export interface FollowerCounts {
  messages: number;
  conflated: number;
  snapshots: number;
  /** Books of REST that were the same as ours at their sequence. */
  equal: number;
  /** Books of REST of a sequence that no message ends with. */
  between: number;
  dropped: number;
  noticed: number;
  recovered: number;
}

/** What a follower says to the exchange. */
export interface FollowerVoice {
  subscribe(symbol: string): void;
  unsubscribe(symbol: string): void;
}

/** A book of REST that the stream has not come to is looked at again for so long. */
const waitingMax = 200;

/** Follows the book of one market, and holds what REST says against it. */
export class BookFollower {
  readonly counts: FollowerCounts = {
    ...{ messages: 0, conflated: 0, snapshots: 0, equal: 0, between: 0, dropped: 0, noticed: 0, recovered: 0 },
  };
  readonly book = new ToldBook();
  private state: 'FOLLOWING' | 'LEAVING' | 'JOINING' = 'JOINING';
  private waiting: WholeBook[] = [];
  private dropsNext = false;
  private hasDropped = false;

  constructor(
    readonly symbol: string,
    private readonly voice: FollowerVoice,
  ) {
    voice.subscribe(symbol);
  }

  /** Whether a message is about to be lost, or was and has not been made good yet. */
  get isLosing(): boolean {
    return this.dropsNext || this.hasDropped || this.counts.recovered < this.counts.noticed;
  }

  /** The next message will be lost. */
  dropNext(): void {
    if (this.state === 'FOLLOWING') this.dropsNext = true;
  }

  message(message: BookMessage): void {
    if (this.state === 'LEAVING') return;
    this.counts.messages += 1;
    if (message.conflated) this.counts.conflated += 1;
    if (this.dropsNext && message.type === 'update') {
      this.dropsNext = false;
      this.hasDropped = true;
      this.counts.dropped += 1;
      return;
    }
    // What is known up to here is known for good, unless something is missing before this message.
    if (message.previousLastSequence === this.book.lastSequence) this.compareBefore(message);
    if (this.book.take(message)) this.taken(message);
    else this.recover(message);
  }

  /** Everything up to this sequence was told. */
  heartbeat(sequence: number): void {
    // After a message was lost nothing is known until the next one shows it.
    if (this.state === 'FOLLOWING' && !this.hasDropped) this.compareUpTo(sequence);
  }

  left(): void {
    this.state = 'JOINING';
    this.voice.subscribe(this.symbol);
  }

  /** What REST says of this market. */
  compare(whole: WholeBook): void {
    this.waiting.push(whole);
    if (this.waiting.length > waitingMax) {
      throw discrepancy(
        `${this.symbol}: the stream stands still`,
        `sequence ${this.waiting[0]!.sequence}`,
        this.book.lastSequence,
      );
    }
    if (this.book.lastSequence !== undefined && this.state === 'FOLLOWING' && !this.hasDropped) {
      this.compareUpTo(this.book.lastSequence);
    }
  }

  private taken(message: BookMessage): void {
    if (this.hasDropped && message.type === 'update') {
      throw discrepancy(`${this.symbol}: a lost message was not noticed`, 'another previousLastSequence', message);
    }
    if (!this.book.agreesWith(message)) {
      throw discrepancy(`${this.symbol}: the checksum is another one`, message.checksum, message);
    }
    if (message.type !== 'snapshot') return;
    this.counts.snapshots += 1;
    // A snapshot in between (the network was slow) makes good for what was lost before it.
    this.hasDropped = false;
    if (this.state === 'JOINING' && this.counts.noticed > this.counts.recovered) this.counts.recovered += 1;
    this.state = 'FOLLOWING';
  }

  private recover(message: BookMessage): void {
    if (!this.hasDropped) {
      throw discrepancy(`${this.symbol}: a message is missing`, `after ${this.book.lastSequence}`, message);
    }
    this.hasDropped = false;
    this.counts.noticed += 1;
    this.state = 'LEAVING';
    this.waiting = [];
    this.voice.unsubscribe(this.symbol);
  }

  private compareBefore({ type, firstSequence }: BookMessage): void {
    if (type === 'update') this.compareUpTo(firstSequence - 1);
    else if (this.book.lastSequence !== undefined) this.compareUpTo(this.book.lastSequence);
  }

  private compareUpTo(sequence: number): void {
    const later: WholeBook[] = [];
    for (const whole of this.waiting) {
      if (whole.sequence > sequence) later.push(whole);
      else this.compareNow(whole);
    }
    this.waiting = later;
  }

  private compareNow(whole: WholeBook): void {
    const difference = this.book.differenceAt(whole);
    if (difference === undefined) this.counts.between += 1;
    else if (difference === '') this.counts.equal += 1;
    else throw discrepancy(`${this.symbol} at sequence ${whole.sequence}`, 'the same book', difference);
  }
}

/** When a message is lost next. */
export function nextDropMs(random: Random): number {
  return random.between(200, 2_500);
}
