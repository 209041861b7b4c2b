import { ExchangeServer } from '../exchange-server.js';
import { generator } from '../load/load-run.js';
import { Program } from '../program.js';
import { type Contest, type Row, type Run, ratioAtLeast, type Size } from '../row.js';
import { marketOrders, openTradingAccounts } from '../trading-accounts.js';

const eventCounts = { full: 1_000_000, short: 100_000 } as const;
/** Accepted, filled, and a balance of each of two assets. */
const eventsPerOrder = 4;
const connections = 64;
const loadSeconds = { full: 5, short: 1 } as const;
const readTimeoutMs = 300_000;
/** How often the server's memory is looked at while it streams. */
const lookMs = 250;
const reader = new URL('../stream/event-reader.js', import.meta.url).pathname;
const barePeer = new URL('../peers/bare-grpc-stream.js', import.meta.url).pathname;

/** The past of an exchange, read from the journal and told event by event. */
export const grpcStream: Row = {
  name: 'grpc-stream',
  title: `past events of the drop copy to one reader over gRPC, ${eventCounts.full.toLocaleString('en')} of them`,
  unit: 'events/s',
  peer: 'bare grpc-js stream of the same messages, kept in memory',
  goal: ratioAtLeast(0.5),
  prepare,
};

async function prepare(size: Size): Promise<Contest> {
  const count = eventCounts[size];
  const exchange = new ExchangeServer();
  const { http, grpc } = await exchange.ready();
  await fillOrders(http, Math.ceil(count / eventsPerOrder), loadSeconds[size]);
  const bare = new Program([barePeer, grpc, `${count}`]);
  const [, bareGrpc] = await bare.printed(/gRPC (\S+)/);
  return {
    peer: () => read(bareGrpc!, count, bare),
    ours: () => read(grpc, count, exchange),
    close: async () => {
      await Promise.all([exchange.stop(), bare.stop()]);
    },
  };
}

async function fillOrders(http: string, count: number, seconds: number): Promise<void> {
  const requests = marketOrders(await openTradingAccounts(http));
  let filled = 0;
  while (filled < count) {
    filled += (await generator.run({ address: http, requests, connections, seconds })).requests;
  }
}

/** One reader in a process of its own; the server's memory is what it has before it, and at most meanwhile. */
async function read(address: string, count: number, server: { residentMegabytes(): number }): Promise<Run> {
  const before = server.residentMegabytes();
  let most = before;
  const looking = setInterval(() => {
    most = Math.max(most, server.residentMegabytes());
  }, lookMs);
  const program = new Program([reader, address, `${count}`]);
  try {
    const [, tookMs] = await program.printed(/took (\S+)/, readTimeoutMs);
    const note = `its memory: ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most while it streams`;
    return { value: (count * 1_000) / Number(tookMs), note };
  } finally {
    clearInterval(looking);
    await program.stop();
  }
}
