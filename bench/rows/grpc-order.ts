import { ExchangeServer } from '../exchange-server.js';
import { Program } from '../program.js';
import { type Contest, type Row, type Run, ratioAtLeast, type Size } from '../row.js';
import { openTradingAccounts } from '../trading-accounts.js';

const runSeconds = { full: 8, short: 2 } as const;
const orderLoad = new URL('../unary/order-load.js', import.meta.url).pathname;
const bareGrpc = new URL('../peers/bare-grpc.js', import.meta.url).pathname;

/** Orders that are fsynced, with all that they led to, before they are answered. */
export const grpcOrder: Row = {
  name: 'grpc-order',
  title: 'durable market orders over gRPC, 64 in flight on 4 channels, load by grpc-js in a process of its own',
  unit: 'orders/s',
  peer: 'bare grpc-js unary method, same messages',
  goal: ratioAtLeast(0.6),
  prepare,
};

async function prepare(size: Size): Promise<Contest> {
  const exchange = new ExchangeServer();
  const bare = new Program([bareGrpc]);
  const [{ http, grpc }, [, bareAddress]] = await Promise.all([exchange.ready(), bare.printed(/gRPC (\S+)/)]);
  const accountIds = await openTradingAccounts(http);
  const seconds = runSeconds[size];
  return {
    peer: () => placeOrders(bareAddress!, seconds, accountIds),
    ours: () => placeOrders(grpc, seconds, accountIds),
    close: async () => {
      await Promise.all([exchange.stop(), bare.stop()]);
    },
  };
}

async function placeOrders(address: string, seconds: number, accountIds: readonly string[]): Promise<Run> {
  const program = new Program([orderLoad, address, `${seconds}`, ...accountIds]);
  const [, json] = await program.printed(/^JSON (.*)$/m, (seconds + 30) * 1_000);
  await program.stop();
  return JSON.parse(json!) as Run;
}
