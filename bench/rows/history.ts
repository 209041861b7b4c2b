import { ExchangeServer } from '../exchange-server.js';
import { fillJournal } from '../journal/fill-journal.js';
import type { LoadRequest } from '../load/load.js';
import { generator, loadRun } from '../load/load-run.js';
import { type Row, ratioAtLeast } from '../row.js';
import { TemporaryDirectory } from '../temporary-directory.js';
import { marketOrders } from '../trading-accounts.js';

const orderCounts = { few: 10_000, full: 5_000_000, short: 100_000 } as const;
const runSeconds = { full: 8, short: 2 } as const;
const connections = 64;
const readyTimeoutMs = 600_000;
/** For one page each of an account's orders, trades and ledger entries. */
const ordersOfRound = 10;
const pageItems = 20;

/** What has happened is to cost those nothing who trade now and look back a page. */
export const history: Row = {
  name: 'history',
  title: `orders over REST and pages of single accounts' history, ${ordersOfRound} to 3, after ${orderCounts.full.toLocaleString('en')} orders, ${connections} connections, load by ${generator.name}`,
  unit: 'requests/s',
  peer: `the same after ${orderCounts.few.toLocaleString('en')} orders`,
  goal: ratioAtLeast(0.9),
  async prepare(size) {
    const [few, many] = [await startAfter(orderCounts.few), await startAfter(orderCounts[size])];
    const seconds = runSeconds[size];
    return {
      peer: () => loadRun({ address: few.http, requests: few.requests, connections, seconds }),
      ours: () => loadRun({ address: many.http, requests: many.requests, connections, seconds }),
      close: async () => {
        await Promise.all([few.stop(), many.stop()]);
      },
    };
  },
};

async function startAfter(filled: number) {
  const directory = new TemporaryDirectory();
  await fillJournal(directory.path, { open: 0, filled });
  const server = new ExchangeServer({ DATA_DIR: directory.path });
  const { http } = await server.ready(readyTimeoutMs);
  const stop = async () => {
    await server.stop();
    directory.remove();
  };
  return { http, requests: await ordersAndPages(http), stop };
}

async function ordersAndPages(http: string): Promise<LoadRequest[]> {
  const answer = await fetch(`${http}/api/v1/accounts?limit=500`);
  const { items } = (await answer.json()) as { items: { accountId: string }[] };
  return items.flatMap(({ accountId }) => {
    const orders = marketOrders([accountId]);
    const lists = [`orders?accountId=${accountId}&`, `accounts/${accountId}/trades?`, `accounts/${accountId}/ledger?`];
    return [
      ...Array.from({ length: ordersOfRound }, (_, index) => orders[index % orders.length]!),
      ...lists.map((list): LoadRequest => ({ method: 'GET', path: `/api/v1/${list}limit=${pageItems}` })),
    ];
  });
}
