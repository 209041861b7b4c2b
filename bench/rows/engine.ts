import { EngineRun } from '../engine/engine-run.js';
import { operations } from '../operations.js';
import { runOrderBook } from '../peers/bare-order-book.js';
import { type Row, ratioAtLeast } from '../row.js';

const operationCounts = { full: 500_000, short: 100_000 } as const;
const seed = 7;

/** The whole engine (ledger, risk rules, matching, events; no I/O) against bare matching of the same operations. */
export const engine: Row = {
  name: 'engine',
  title: 'ledger, risk rules, matching and events, without I/O: 50 % limit, 10 % market, 40 % cancel',
  unit: 'operations/s',
  peer: 'nodejs-order-book, bare matching',
  goal: ratioAtLeast(2),
  async prepare(size) {
    const stream = operations(operationCounts[size], seed);
    return {
      peer: async () => runOrderBook(stream),
      ours: async () => new EngineRun().over(stream),
      close: async () => undefined,
    };
  },
};
