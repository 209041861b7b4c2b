import { StreamFault } from '../streams/stream-fault.js';
import type { Time } from '../words.js';
import { BookSide } from './book-side.js';
import { crc32 } from './crc32.js';
import type { BookLevel } from './market.js';
import type { BookMessage } from './market-message.js';
import { checkContinues } from './market-stream-reader.js';

const checkedLevels = 10;

/** A book, kept up to date by the messages of its stream, and never wrong: what does not fit is thrown. */
export class OrderBook {
  private readonly bidSide = new BookSide(-1);
  private readonly askSide = new BookSide(1);
  private lastSequence: number | null = null;
  private lastTime: Time | null = null;

  constructor(readonly symbol: string) {}

  /** Highest price first. */
  get bids(): readonly BookLevel[] {
    return this.bidSide.levels;
  }

  /** Lowest price first. */
  get asks(): readonly BookLevel[] {
    return this.askSide.levels;
  }

  /** The journal sequence that it stands for; null before the first snapshot. At the same one REST has the same book. */
  get sequence(): number | null {
    return this.lastSequence;
  }

  /** The venue's time of the last message; null before the first. */
  get time(): Time | null {
    return this.lastTime;
  }

  /** Takes the next message. Throws a `StreamFault` if one is missing before it, or the checksum is another. */
  apply(message: BookMessage): void {
    checkContinues(message, this.lastSequence);
    if (message.type === 'snapshot') this.replace(message);
    else this.change(message);
    this.lastSequence = message.lastSequence;
    this.lastTime = message.time;
    const { checksum, lastSequence } = message;
    if (checksum === undefined || checksum === this.checksum()) return;
    throw new StreamFault('CHECKSUM', `At ${lastSequence} the book of ${this.symbol} is not that of the exchange`);
  }

  /** CRC-32 of the ten best levels: `price:quantity` of the best bid, the best ask, the second bid, and so on. */
  checksum(): number {
    const parts: string[] = [];
    for (let at = 0; at < checkedLevels; at += 1) {
      for (const level of [this.bids[at], this.asks[at]]) if (level !== undefined) parts.push(level.join(':'));
    }
    return crc32(parts.join(':'));
  }

  private replace({ bids, asks }: BookMessage): void {
    this.bidSide.replace(bids);
    this.askSide.replace(asks);
  }

  private change({ bids, asks }: BookMessage): void {
    for (const level of bids) this.bidSide.set(level);
    for (const level of asks) this.askSide.set(level);
  }
}
