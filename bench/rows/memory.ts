import { setTimeout as pause } from 'node:timers/promises';
import { ExchangeServer } from '../exchange-server.js';
import { generator } from '../load/load-run.js';
import { Program } from '../program.js';
import type { Row, Run } from '../row.js';
import { marketOrders, openTradingAccounts } from '../trading-accounts.js';

const restMegabytesMax = 150;
const growthMegabytesMax = 60;
const orderCounts = { full: 200_000, short: 20_000 } as const;
const connections = 64;
const loadSeconds = { full: 5, short: 1 } as const;
/** How long after the start a process is looked at. */
const restMs = 5_000;
/** And how long after the last order: the heap is collected half a minute after it (`src/heap.ts`). */
const restAfterLoadMs = 36_000;
const bareNest = new URL('../peers/bare-nest.js', import.meta.url).pathname;

/** What a fresh exchange takes while nobody trades. */
export const memoryAtRest: Row = {
  name: 'memory-at-rest',
  title: 'resident memory of a fresh exchange at rest',
  unit: 'MB',
  peer: 'bare Nest + Fastify hello',
  goal: { text: `under ${restMegabytesMax} MB`, reached: ({ ours }) => ours < restMegabytesMax },
  async prepare() {
    return { peer: bareNestAtRest, ours: exchangeAtRest, close: async () => undefined };
  },
};

/** What is left of many closed orders, once they are on the disk: each round begins with a fresh exchange. */
export const memory: Row = {
  name: 'memory',
  title: `resident memory after ${orderCounts.full.toLocaleString('en')} filled orders over REST, at rest again`,
  unit: 'MB',
  peer: 'the same process before them',
  goal: { text: `+ ${growthMegabytesMax} MB at most`, reached: ({ ours, peer }) => ours - peer <= growthMegabytesMax },
  async prepare(size) {
    let server: ExchangeServer | undefined;
    const close = async () => server?.stop();
    return {
      async peer() {
        await close();
        server = new ExchangeServer();
        const { http } = await server.ready();
        // The thread for lists, which the first settlement cycle would start in between, is there on both sides.
        await fetch(`${http}/api/v1/orders`);
        await pause(restMs);
        return { value: server.residentMegabytes() };
      },
      async ours() {
        await fillOrders(server!, orderCounts[size], loadSeconds[size]);
        await pause(restAfterLoadMs);
        return { value: server!.residentMegabytes() };
      },
      close,
    };
  },
};

async function fillOrders(server: ExchangeServer, count: number, seconds: number): Promise<void> {
  const { http } = await server.ready();
  const load = marketOrders(await openTradingAccounts(http));
  let filled = 0;
  while (filled < count) {
    const { requests } = await generator.run({ address: http, requests: load, connections, seconds });
    filled += requests;
  }
}

async function bareNestAtRest(): Promise<Run> {
  const program = new Program([bareNest]);
  await program.printed(/http:\S+/);
  await pause(restMs);
  const value = program.residentMegabytes();
  await program.stop();
  return { value };
}

async function exchangeAtRest(): Promise<Run> {
  const server = new ExchangeServer();
  await server.ready();
  await pause(restMs);
  const value = server.residentMegabytes();
  await server.stop();
  return { value };
}
