import { ExchangeServer } from '../exchange-server.js';
import { chooseLoadGenerator } from '../load/choose-load-generator.js';
import type { LoadOptions } from '../load/load.js';
import { Program } from '../program.js';
import { type Contest, type Row, type Run, ratioAtLeast, type Size } from '../row.js';
import { marketOrders, openTradingAccounts } from '../trading-accounts.js';

const connections = 64;
const runSeconds = { full: 8, short: 2 } as const;
const bareFastify = new URL('../peers/bare-fastify.js', import.meta.url).pathname;
const generator = chooseLoadGenerator();

/** Orders that are fsynced, with all that they led to, before they are answered. */
export const restOrder: Row = {
  name: 'rest-order',
  title: `durable market orders over REST, ${connections} connections, load by ${generator.name}`,
  unit: 'orders/s',
  peer: 'bare Fastify route, same JSON',
  goal: ratioAtLeast(0.4),
  prepare,
};

async function prepare(size: Size): Promise<Contest> {
  const exchange = new ExchangeServer();
  const bare = new Program([bareFastify]);
  const [{ http }, [bareHttp]] = await Promise.all([exchange.ready(), bare.printed(/http:\S+/)]);
  const bodies = marketOrders(await openTradingAccounts(http));
  const load = { bodies, connections, seconds: runSeconds[size] };
  return {
    peer: () => run({ ...load, url: `${bareHttp}/api/v1/orders` }),
    ours: () => run({ ...load, url: `${http}/api/v1/orders` }),
    close: async () => {
      await Promise.all([exchange.stop(), bare.stop()]);
    },
  };
}

async function run(load: LoadOptions): Promise<Run> {
  const { perSecond: value, p50Ms, p99Ms, p999Ms } = await generator.run(load);
  return { value, p50Ms, p99Ms, p999Ms };
}
