import { crc32 } from 'node:zlib';
import { StreamFault } from '../streams/stream-fault.js';
import type { BookLevel } from './market.js';
import type { BookMessage } from './market-message.js';
import { OrderBook } from './order-book.js';

interface Levels {
  readonly bids?: readonly BookLevel[];
  readonly asks?: readonly BookLevel[];
  readonly checksum?: number;
}

function message(type: 'snapshot' | 'update', previous: number | null, sequence: number, levels: Levels): BookMessage {
  const covers = { firstSequence: (previous ?? 0) + 1, lastSequence: sequence, previousLastSequence: previous };
  const time = '2026-01-31T12:00:00.000Z';
  return { type, channel: 'book', symbol: 'BTC-USD', time, bids: [], asks: [], ...covers, ...levels };
}

describe('an order book', () => {
  let book: OrderBook;

  beforeEach(() => {
    book = new OrderBook('BTC-USD');
    const bids: BookLevel[] = [
      ['9.5', '1'],
      ['10', '2'],
      ['9.45', '3'],
    ];
    book.apply(message('snapshot', null, 7, { bids, asks: [['10.1', '4']] }));
  });

  it('keeps the best price first, whatever the number of digits', () => {
    expect(book.bids.map(([price]) => price)).toEqual(['10', '9.5', '9.45']);
    const asks: BookLevel[] = [
      ['100', '1'],
      ['10.05', '1'],
      ['10.10001', '1'],
    ];
    book.apply(message('update', 7, 9, { bids: [['9.475', '8']], asks }));
    expect(book.asks.map(([price]) => price)).toEqual(['10.05', '10.1', '10.10001', '100']);
    expect(book.bids.map(([price]) => price)).toEqual(['10', '9.5', '9.475', '9.45']);
    expect(book.sequence).toBe(9);
  });

  it('takes quantities as they are, and removes what is 0', () => {
    const bids: BookLevel[] = [
      ['10', '0'],
      ['9.5', '7'],
      ['8', '0'],
    ];
    book.apply(message('update', 7, 8, { bids }));
    expect(book.bids).toEqual([
      ['9.5', '7'],
      ['9.45', '3'],
    ]);
  });

  it('begins anew with a snapshot', () => {
    book.apply(message('snapshot', 7, 20, { bids: [['1', '1']] }));
    expect([book.bids, book.asks, book.sequence]).toEqual([[['1', '1']], [], 20]);
  });

  it('checks the ten best prices of each side in turn', () => {
    const checksum = crc32('10:2:10.1:4:9.5:1:9.45:3');
    expect(book.checksum()).toBe(checksum);
    book.apply(message('update', 7, 8, { checksum }));
    expect(() => book.apply(message('update', 8, 9, { bids: [['10', '3']], checksum }))).toThrow(
      expect.objectContaining({ kind: 'CHECKSUM' }),
    );
  });

  it.each([
    ['is missing', 'update', 8, 9],
    ['came twice', 'update', null, 7],
    ['is missing before a snapshot', 'snapshot', 8, 9],
  ] as const)('notices that a message %s', (_what, type, previous, last) => {
    expect(() => book.apply(message(type, previous, last, {}))).toThrow(StreamFault);
    expect(book.sequence).toBe(7);
  });

  it('takes no update before a snapshot', () => {
    expect(() => new OrderBook('BTC-USD').apply(message('update', null, 7, {}))).toThrow(StreamFault);
  });
});
