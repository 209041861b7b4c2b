import { Agent } from 'node:http';
import { post } from '../exchange-server.js';
import { askOver } from '../load/http-request.js';
import { atSteadyPace } from '../load/steady-pace.js';

/**
 * Changes a book at a steady rate, whatever the exchange makes of it: orders that wait, and as many cancels. Prints
 * one line of JSON in the end.
 */
const { EXCHANGE_URL = '', CHANGES_PER_SECOND, SECONDS, WARM_UP_SECONDS } = process.env;
const pace = {
  perSecond: Number(CHANGES_PER_SECOND),
  seconds: Number(SECONDS),
  warmUpSeconds: Number(WARM_UP_SECONDS),
};
const accounts = 20;
const waitingOrders = 200;
const connectionsMax = 128;
const prices = 100;
const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
const accountIds: string[] = [];
const waiting: string[] = [];

for (let count = 0; count < accounts; count += 1) {
  const { accountId } = await post(`${EXCHANGE_URL}/api/v1/accounts`, { name: `maker ${count}` });
  await post(`${EXCHANGE_URL}/api/v1/accounts/${accountId}/deposits`, { asset: 'USD', amount: '10000000' });
  accountIds.push(accountId!);
}
console.log(`JSON ${JSON.stringify(await atSteadyPace(pace, change))}`);
process.exit(0);

async function change(number: number): Promise<void> {
  const orderId = waiting.length > waitingOrders ? waiting.shift() : undefined;
  if (orderId !== undefined) {
    await askOver(agent, EXCHANGE_URL, { method: 'DELETE', path: `/api/v1/orders/${orderId}` });
    return;
  }
  const answer = await askOver(agent, EXCHANGE_URL, { method: 'POST', path: '/api/v1/orders', body: orderOf(number) });
  waiting.push(/"orderId":"(ord-\d+)"/.exec(answer)?.[1] ?? '');
}

/** Far enough below the market to wait. */
function orderOf(count: number): object {
  const accountId = accountIds[count % accounts];
  const price = (59_900 - (count % prices) * 0.5).toFixed(2);
  return { accountId, symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT', quantity: '0.00012', price };
}
