import { Program } from '../program.js';
import { type Row, type Run, ratioAtLeast } from '../row.js';

const resting = { few: 1_000, full: 1_000_000, short: 100_000 } as const;
const operationCounts = { full: 500_000, short: 100_000 } as const;
const runTimeoutMs = 300_000;
const depthRun = new URL('../engine/depth-run.js', import.meta.url).pathname;

/** A deep book is to cost no more than a shallow one. Each run has a process of its own, and with it a heap. */
export const depth: Row = {
  name: 'depth',
  title: `the engine with ${resting.full.toLocaleString('en')} resting orders: 50 % limit, 10 % market, 40 % cancel of any that rests`,
  unit: 'operations/s',
  peer: `the same with ${resting.few.toLocaleString('en')}`,
  goal: ratioAtLeast(0.7),
  async prepare(size) {
    const count = operationCounts[size];
    return {
      peer: () => run(resting.few, count),
      ours: () => run(resting[size], count),
      close: async () => undefined,
    };
  },
};

async function run(orders: number, operations: number): Promise<Run> {
  const program = new Program([depthRun, `${orders}`, `${operations}`]);
  const [, value] = await program.printed(/operations\/s (\S+)/, runTimeoutMs);
  await program.stop();
  return { value: Number(value) };
}
