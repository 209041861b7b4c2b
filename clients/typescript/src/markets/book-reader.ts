import type { Frame } from '../streams/frame.js';
import type { StreamReader } from '../streams/stream-reader.js';
import type { BookMessage } from './market-message.js';
import { marketStreamPath } from './market-stream-reader.js';
import { OrderBook } from './order-book.js';

/** Keeps one book from its stream, checksums included. */
export class BookReader implements StreamReader<OrderBook> {
  readonly path = marketStreamPath;
  readonly isPrivate = false;
  private readonly book: OrderBook;

  constructor(
    symbol: string,
    private readonly conflateMs: number | undefined,
  ) {
    this.book = new OrderBook(symbol);
  }

  subscriptions(): readonly object[] {
    const { symbol } = this.book;
    return [{ channel: 'book', symbol, checksum: true, conflateMs: this.conflateMs }];
  }

  /** Nothing to do: the book begins anew with the snapshot that follows. */
  begin(): void {}

  read(frame: Frame): OrderBook {
    this.book.apply(frame as unknown as BookMessage);
    return this.book;
  }
}
