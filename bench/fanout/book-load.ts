import { Agent, request } from 'node:http';
import { post } from '../exchange-server.js';
import { monotonicMs } from './monotonic-time.js';

/**
 * Changes a book at a steady rate, whatever the exchange makes of it: orders that wait, and as many cancels. How
 * long each took is counted from when it was due. Prints one line of JSON in the end.
 */
const { EXCHANGE_URL, CHANGES_PER_SECOND, SECONDS, WARM_UP_SECONDS } = process.env;
const perSecond = Number(CHANGES_PER_SECOND);
const total = perSecond * (Number(SECONDS) + Number(WARM_UP_SECONDS));
const warmUpMs = Number(WARM_UP_SECONDS) * 1_000;
const accounts = 20;
const waitingOrders = 200;
const connectionsMax = 128;
const prices = 100;
const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
const accountIds: string[] = [];
const waiting: string[] = [];
const tookMs: number[] = [];
let failure: string | undefined;
let ended = 0;

for (let count = 0; count < accounts; count += 1) {
  const { accountId } = await post(`${EXCHANGE_URL}/api/v1/accounts`, { name: `maker ${count}` });
  await post(`${EXCHANGE_URL}/api/v1/accounts/${accountId}/deposits`, { asset: 'USD', amount: '10000000' });
  accountIds.push(accountId!);
}
const begunMs = monotonicMs();
let begun = 0;
const timer = setInterval(() => {
  const due = Math.min(total, Math.floor(((monotonicMs() - begunMs) / 1_000) * perSecond));
  while (begun < due) {
    begun += 1;
    change(begunMs + (begun / perSecond) * 1_000);
  }
  if (ended < total && failure === undefined) return;
  clearInterval(timer);
  if (failure !== undefined) {
    console.error(failure);
    process.exit(1);
  }
  tookMs.sort((a, b) => a - b);
  const part = (share: number) => tookMs[Math.floor(tookMs.length * share)];
  const perSecondReached = tookMs.length / ((monotonicMs() - begunMs - warmUpMs) / 1_000);
  console.log(
    `JSON ${JSON.stringify({ perSecond: perSecondReached, p50Ms: part(0.5), p99Ms: part(0.99), p999Ms: part(0.999) })}`,
  );
  process.exit(0);
}, 1);

function change(dueMs: number): void {
  const orderId = waiting.length > waitingOrders ? waiting.shift() : undefined;
  const body = orderId === undefined ? JSON.stringify(orderOf(begun)) : undefined;
  const path = orderId === undefined ? '/api/v1/orders' : `/api/v1/orders/${orderId}`;
  const method = orderId === undefined ? 'POST' : 'DELETE';
  const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length };
  const sent = request(EXCHANGE_URL + path, { method, agent, headers }, (response) => {
    let text = '';
    response.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('end', () => {
      if (response.statusCode! >= 300) failure ??= `${method} ${path}: ${response.statusCode} ${text}`;
      if (method === 'POST') waiting.push(/"orderId":"(ord-\d+)"/.exec(text)?.[1] ?? '');
      if (dueMs >= begunMs + warmUpMs) tookMs.push(monotonicMs() - dueMs);
      ended += 1;
    });
  });
  sent.on('error', (error) => {
    failure ??= error.message;
  });
  sent.end(body);
}

/** Far enough below the market to wait. */
function orderOf(count: number): object {
  const accountId = accountIds[count % accounts];
  const price = (59_900 - (count % prices) * 0.5).toFixed(2);
  return { accountId, symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT', quantity: '0.00012', price };
}
