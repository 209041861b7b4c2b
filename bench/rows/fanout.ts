import { changesPerSecond, runFanOut, subscribers } from '../fanout/fan-out-run.js';
import { type Row, type Run, ratioAtLeast } from '../row.js';

const runSeconds = { full: 8, short: 3 } as const;
const ratioMax = 2;
const crowd = `${changesPerSecond.toLocaleString('en')} changes/s of one book, ${subscribers} WebSocket subscribers`;

/** From the commit of a change until it has come to each of many subscribers. */
export const fanOut: Row = {
  name: 'fanout',
  title: `p99 from a change's commit to its arrival: ${crowd}, while the orders behind it are placed over REST`,
  unit: 'ms',
  peer: 'bare ws broadcast, in a process of its own, of the bytes that one subscriber gets',
  goal: { text: `ratio < ${ratioMax}`, reached: ({ ratio }) => ratio < ratioMax },
  async prepare(size) {
    const seconds = runSeconds[size];
    return {
      peer: async () => figureOf((await runFanOut(seconds, 'subscribers of a bare broadcast')).latencies!),
      ours: async () => figureOf((await runFanOut(seconds, 'subscribers')).latencies!),
      close: async () => undefined,
    };
  },
};

/** What the subscribers cost those who trade. */
export const fanOutOrders: Row = {
  name: 'fanout-orders',
  title: `orders placed and canceled over REST at ${changesPerSecond.toLocaleString('en')}/s, with ${subscribers} WebSocket subscribers of their book`,
  unit: 'orders/s',
  peer: 'the same without subscribers',
  goal: ratioAtLeast(0.9),
  async prepare(size) {
    const seconds = runSeconds[size];
    return {
      peer: () => runFanOut(seconds, 'nobody'),
      ours: () => runFanOut(seconds, 'subscribers'),
      close: async () => undefined,
    };
  },
};

function figureOf(latencies: { p50Ms: number; p99Ms: number; p999Ms: number }): Run {
  const { p50Ms, p99Ms, p999Ms } = latencies;
  return { value: p99Ms, p50Ms, p99Ms, p999Ms };
}
