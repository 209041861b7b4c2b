import { type LimitOrderOptions, type MarketOrderOptions, OrderBook, Side } from 'nodejs-order-book';
import { type Operation, perSecond } from '../operations.js';
import type { Run } from '../row.js';

/** What was traded is counted by what is left, which costs nothing: looking into its lists of fills would slow it down. */
export function runOrderBook(stream: readonly Operation[]): Run {
  const book = new OrderBook();
  let tradedLots = 0;
  const started = performance.now();
  stream.forEach((operation, index) => {
    if (operation.kind === 'cancel') {
      book.cancel(String(operation.target));
      return;
    }
    const order = { side: operation.side === 'BUY' ? Side.BUY : Side.SELL, size: operation.lots };
    const { quantityLeft } =
      operation.kind === 'market'
        ? book.market(order satisfies MarketOrderOptions)
        : book.limit({ ...order, id: String(index), price: operation.ticks } satisfies LimitOrderOptions);
    tradedLots += operation.lots - quantityLeft;
  });
  return { value: perSecond(stream.length, started), check: tradedLots };
}
