import { BookRun } from '../engine/book-run.js';
import { operations } from '../operations.js';
import { runOrderBook } from '../peers/bare-order-book.js';
import { type Row, ratioAtLeast } from '../row.js';

const operationCounts = { full: 500_000, short: 100_000 } as const;
const seed = 7;

/** Matching alone, as bare as the peer does it. */
export const book: Row = {
  name: 'book',
  title: 'matching alone: 50 % limit, 10 % market, 40 % cancel',
  unit: 'operations/s',
  peer: 'nodejs-order-book, the same operations',
  goal: ratioAtLeast(8),
  async prepare(size) {
    const stream = operations(operationCounts[size], seed);
    return {
      peer: async () => runOrderBook(stream),
      ours: async () => new BookRun().over(stream),
      close: async () => undefined,
    };
  },
};
