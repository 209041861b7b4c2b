import { Client, credentials } from '@grpc/grpc-js';
import { perSecond } from '../operations.js';
import { type PlaceOrderRequest, placeOrder } from './order-service.js';

/**
 * Places market orders over gRPC for so many seconds, on channels with a connection each, and so many at a time on
 * each. Prints one line of JSON in the end, of all but the first second. An order that is not answered with an order
 * ends it.
 */
const [address = '', seconds = '0', ...accountIds] = process.argv.slice(2);
const channels = 4;
const inFlightOfChannel = 16;
const warmUpMs = 1_000;
const run = Date.now().toString(36);
const tookMs: number[] = [];
let placed = 0;

const clients = Array.from(
  { length: channels },
  () => new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }),
);
const startedMs = performance.now();
const countsFromMs = startedMs + warmUpMs;
const endsAtMs = countsFromMs + Number(seconds) * 1_000;
await Promise.all(clients.flatMap((client) => Array.from({ length: inFlightOfChannel }, () => placeInTurn(client))));
const value = perSecond(tookMs.length, countsFromMs);
for (const client of clients) client.close();
tookMs.sort((a, b) => a - b);
const part = (share: number) => tookMs[Math.floor(tookMs.length * share)];
console.log(`JSON ${JSON.stringify({ value, p50Ms: part(0.5), p99Ms: part(0.99), p999Ms: part(0.999) })}`);

async function placeInTurn(client: Client): Promise<void> {
  while (performance.now() < endsAtMs) {
    const begunMs = performance.now();
    placed += 1;
    await place(client, nextOrder(placed));
    const endedMs = performance.now();
    if (endedMs >= countsFromMs) tookMs.push(endedMs - begunMs);
  }
}

function nextOrder(number: number): PlaceOrderRequest {
  const accountId = accountIds[number % accountIds.length]!;
  const side = Math.floor(number / accountIds.length) % 2 === 0 ? 'SIDE_BUY' : 'SIDE_SELL';
  const order = { symbol: 'BTC-USD', type: 'ORDER_TYPE_MARKET', quantity: '0.001' } as const;
  return { accountId, clientOrderId: `${run}-${number}`, side, ...order };
}

function place(client: Client, order: PlaceOrderRequest): Promise<object> {
  const { path, requestSerialize, responseDeserialize } = placeOrder;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, order, (error, response) => {
      if (error !== null) reject(error);
      else resolve(response!.order);
    });
  });
}
