import { ExchangeServer } from '../exchange-server.js';
import { Program } from '../program.js';
import type { Row, Run } from '../row.js';

const timesMax = 2;
const bareNest = new URL('../peers/bare-nest.js', import.meta.url).pathname;

/** From the start of the process to the first 200 of its readiness, with nothing in the data directory yet. */
export const start: Row = {
  name: 'start',
  title: 'from `node dist/main.js` to ready, on an empty data directory',
  unit: 'ms',
  peer: 'bare Nest + Fastify hello',
  goal: { text: `${timesMax} times at most`, reached: ({ ratio }) => ratio <= timesMax },
  async prepare() {
    return { peer: startBareNest, ours: startExchange, close: async () => undefined };
  },
};

async function startBareNest(): Promise<Run> {
  const started = performance.now();
  const program = new Program([bareNest]);
  const [address] = await program.printed(/http:\S+/);
  const value = await readyAfter(started, address);
  await program.stop();
  return { value };
}

async function startExchange(): Promise<Run> {
  const started = performance.now();
  const server = new ExchangeServer();
  const value = await readyAfter(started, (await server.ready()).http);
  await server.stop();
  return { value };
}

export async function readyAfter(startedMs: number, address: string): Promise<number> {
  const answer = await fetch(`${address}/health/ready`);
  if (answer.status !== 200) throw new Error(`${address} is not ready: ${answer.status} ${await answer.text()}`);
  return performance.now() - startedMs;
}
