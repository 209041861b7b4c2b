import { ExchangeServer, post } from '../exchange-server.js';
import type { LoadRequest } from '../load/load.js';
import { generator, loadRun } from '../load/load-run.js';
import { Program } from '../program.js';
import { type Contest, type Row, ratioAtLeast, type Size } from '../row.js';
import { openTradingAccounts } from '../trading-accounts.js';

const connections = 64;
const runSeconds = { full: 8, short: 2 } as const;
const ordersOfAccount = 10;
const bareFastify = new URL('../peers/bare-fastify.js', import.meta.url).pathname;

/** What a trading engine asks for most, by turns: the balances of an account, and an order by its id. */
export const restQuery: Row = {
  name: 'rest-query',
  title: `balances and orders by id over REST, ${connections} connections, load by ${generator.name}`,
  unit: 'queries/s',
  peer: 'bare Fastify routes, same JSON',
  goal: ratioAtLeast(0.7),
  prepare,
};

async function prepare(size: Size): Promise<Contest> {
  const exchange = new ExchangeServer();
  const bare = new Program([bareFastify]);
  const [{ http }, [bareHttp]] = await Promise.all([exchange.ready(), bare.printed(/http:\S+/)]);
  const load = { requests: await queries(http), connections, seconds: runSeconds[size] };
  return {
    peer: () => loadRun({ ...load, address: bareHttp }),
    ours: () => loadRun({ ...load, address: http }),
    close: async () => {
      await Promise.all([exchange.stop(), bare.stop()]);
    },
  };
}

async function queries(http: string): Promise<LoadRequest[]> {
  const requests: LoadRequest[] = [];
  for (const accountId of await openTradingAccounts(http)) {
    const body = { accountId, symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '0.001' };
    for (let count = 0; count < ordersOfAccount; count += 1) {
      const { orderId } = await post(`${http}/api/v1/orders`, body);
      requests.push({ method: 'GET', path: `/api/v1/accounts/${accountId}/balances` });
      requests.push({ method: 'GET', path: `/api/v1/orders/${orderId}` });
    }
  }
  return requests;
}
