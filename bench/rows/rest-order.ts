import { ExchangeServer } from '../exchange-server.js';
import { generator, loadRun } from '../load/load-run.js';
import { Program } from '../program.js';
import { type Contest, type Row, ratioAtLeast, type Size } from '../row.js';
import { marketOrders, openTradingAccounts } from '../trading-accounts.js';

const connections = 64;
const runSeconds = { full: 8, short: 2 } as const;
const bareFastify = new URL('../peers/bare-fastify.js', import.meta.url).pathname;

/** Orders that are fsynced, with all that they led to, before they are answered. */
export const restOrder: Row = {
  name: 'rest-order',
  title: `durable market orders over REST, ${connections} connections, load by ${generator.name}`,
  unit: 'orders/s',
  peer: 'bare Fastify route, same JSON',
  goal: ratioAtLeast(0.6),
  prepare,
};

async function prepare(size: Size): Promise<Contest> {
  const exchange = new ExchangeServer();
  const bare = new Program([bareFastify]);
  const [{ http }, [bareHttp]] = await Promise.all([exchange.ready(), bare.printed(/http:\S+/)]);
  const requests = marketOrders(await openTradingAccounts(http));
  const load = { requests, connections, seconds: runSeconds[size] };
  return {
    peer: () => loadRun({ ...load, address: bareHttp }),
    ours: () => loadRun({ ...load, address: http }),
    close: async () => {
      await Promise.all([exchange.stop(), bare.stop()]);
    },
  };
}
