import { post } from './exchange-server.js';
import type { LoadRequest } from './load/load.js';

const accountCount = 64;
const deposits = { USD: '100000000', BTC: '10000' } as const;

/** Accounts with enough to trade all day on a fresh exchange; resolves to their ids. */
export async function openTradingAccounts(address: string): Promise<string[]> {
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
