import { post } from './exchange-server.js';
import type { LoadRequest } from './load/load.js';

const deposits = { USD: '10000000', BTC: '10000' } as const;

/** Accounts with enough to trade all day on a fresh exchange; resolves to their ids. */
export async function openTradingAccounts(address: string, accountCount = 64): Promise<string[]> {
  const accountIds: string[] = [];
  for (let number = 1; number <= accountCount; number += 1) {
    const { accountId } = await post(`${address}/api/v1/accounts`, { name: `trader ${number}` });
    for (const [asset, amount] of Object.entries(deposits)) {
      await post(`${address}/api/v1/accounts/${accountId}/deposits`, { asset, amount });
    }
    accountIds.push(accountId!);
  }
  return accountIds;
}

/** Each account buys and sells at the market, and each order has its own client order id: every one is filled at once. */
export function marketOrders(accountIds: readonly string[]): LoadRequest[] {
  return accountIds.flatMap((accountId) =>
    ['BUY', 'SELL'].map((side) => ({
      ...{ method: 'POST', path: '/api/v1/orders' },
      body: { accountId, clientOrderId: '[<id>]', symbol: 'BTC-USD', side, type: 'MARKET', quantity: '0.001' },
    })),
  );
}

/** So many orders of each account that wait below the market. */
export async function restOrders(address: string, accountIds: readonly string[], ordersEach: number): Promise<void> {
  const terms = { symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '59000.00' };
  for (const accountId of accountIds) {
    const orders = Array.from({ length: ordersEach }, () => post(`${address}/api/v1/orders`, { accountId, ...terms }));
    for (const { status } of await Promise.all(orders)) if (status !== 'NEW') throw new Error(`an order is ${status}`);
  }
}
