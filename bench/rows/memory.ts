import { setTimeout as pause } from 'node:timers/promises';
import { ExchangeServer } from '../exchange-server.js';
import type { LoadRequest } from '../load/load.js';
import { generator } from '../load/load-run.js';
import { Program } from '../program.js';
import type { Contest, Row, Run } from '../row.js';
import { marketOrders, openTradingAccounts, restOrders } from '../trading-accounts.js';

const restMegabytesMax = 150;
const connections = 64;
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
  title: 'resident memory after 200,000 filled orders over REST, at rest again',
  unit: 'MB',
  peer: 'the same process before them',
  goal: growthAtMost(60),
  prepare: async (size) =>
    growth({ accounts: 64, openOrdersEach: 0, before: 0, after: { full: 200_000, short: 20_000 }[size] }),
};

/** The same of a larger exchange, that has worked before. */
export const memoryOfMillion: Row = {
  name: 'memory-million',
  title: 'resident memory after 1,000,000 filled orders over REST, with 10,000 open and 1,000 accounts, at rest again',
  unit: 'MB',
  peer: 'the same process after the first 10,000',
  goal: growthAtMost(80),
  prepare: async (size) =>
    growth({ accounts: 1_000, openOrdersEach: 10, before: 10_000, after: { full: 1_000_000, short: 40_000 }[size] }),
};

interface Load {
  readonly accounts: number;
  readonly openOrdersEach: number;
  /** How many orders are filled at the first look, and at the second. */
  readonly before: number;
  readonly after: number;
}

function growthAtMost(megabytes: number): Row['goal'] {
  return { text: `+ ${megabytes} MB at most`, reached: ({ ours, peer }) => ours - peer <= megabytes };
}

function growth({ accounts, openOrdersEach, before, after }: Load): Contest {
  let server: ExchangeServer | undefined;
  let requests: LoadRequest[] = [];
  let http = '';
  let filled = 0;
  const close = async () => server?.stop();
  const fill = async (count: number) => {
    const rate = 10_000;
    while (filled < count) {
      const seconds = Math.min(5, Math.ceil((count - filled) / rate));
      filled += (await generator.run({ address: http, requests, connections, seconds })).requests;
    }
  };
  const begin = async () => {
    const accountIds = await openTradingAccounts(http, accounts);
    await restOrders(http, accountIds, openOrdersEach);
    requests = marketOrders(accountIds);
  };
  return {
    async peer() {
      await close();
      server = new ExchangeServer();
      ({ http } = await server.ready());
      filled = 0;
      // The thread for lists, which the first settlement cycle would start in between, is there on both sides.
      await fetch(`${http}/api/v1/orders`);
      if (before > 0) await begin();
      await fill(before);
      await pause(before > 0 ? restAfterLoadMs : restMs);
      return { value: server.residentMegabytes() };
    },
    async ours() {
      if (before === 0) await begin();
      await fill(after);
      await pause(restAfterLoadMs);
      return { value: server!.residentMegabytes() };
    },
    close,
  };
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
