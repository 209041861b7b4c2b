import { ExchangeServer } from '../exchange-server.js';
import { generator } from '../load/load-run.js';
import { runSteadyLoad, type SteadyLoadOptions } from '../load/steady-load.js';
import { Program } from '../program.js';
import { type Contest, type Row, type Run, type Size } from '../row.js';
import { marketOrders, openTradingAccounts } from '../trading-accounts.js';

const connections = 64;
const runSeconds = { full: 8, short: 2 } as const;
const warmUpSeconds = 2;
/** Of so long, the first half is there to warm up. */
const saturatingSeconds = { full: 8, short: 2 } as const;
const extraMsMax = 5;
const bareFastify = new URL('../peers/bare-fastify.js', import.meta.url).pathname;

/** What an order waits where there is no crowd: for its fsync above all. */
export const latency: Row = {
  name: 'latency',
  title: `p99 of durable market orders over REST at a steady half of what ${connections} connections get through`,
  unit: 'ms',
  peer: 'bare Fastify route at the same rate',
  goal: { text: `+ ${extraMsMax} ms at most`, reached: ({ ours, peer }) => ours - peer <= extraMsMax },
  prepare,
};

async function prepare(size: Size): Promise<Contest> {
  const exchange = new ExchangeServer();
  const bare = new Program([bareFastify]);
  const [{ http }, [bareHttp]] = await Promise.all([exchange.ready(), bare.printed(/http:\S+/)]);
  const load = { requests: marketOrders(await openTradingAccounts(http)), connections };
  const seconds = saturatingSeconds[size] / 2;
  await generator.run({ ...load, address: http, seconds });
  const saturated = await generator.run({ ...load, address: http, seconds });
  const pace = { perSecond: Math.round(saturated.perSecond / 2), seconds: runSeconds[size], warmUpSeconds };
  return {
    peer: () => run({ ...load, address: bareHttp, pace }),
    ours: () => run({ ...load, address: http, pace }),
    close: async () => {
      await Promise.all([exchange.stop(), bare.stop()]);
    },
  };
}

async function run(load: SteadyLoadOptions): Promise<Run> {
  const { perSecond, p50Ms, p99Ms, p999Ms } = await runSteadyLoad(load);
  return { value: p99Ms, p50Ms, p99Ms, p999Ms, note: `${Math.round(perSecond)} orders/s in the last run` };
}
