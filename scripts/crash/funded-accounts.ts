import { discrepancy } from './discrepancy.js';
import type { Deposit } from './operation.js';
import type { RestClient } from './rest-client.js';

/** Opens accounts, and gives their ids. */
export async function openAccounts(client: RestClient, count: number, name: string): Promise<string[]> {
  const accountIds: string[] = [];
  for (let n = 1; n <= count; n += 1) {
    const answer = await client.send({ method: 'POST', path: '/api/v1/accounts', body: { name: `${name} ${n}` } });
    if (answer?.status !== 201) throw discrepancy('no account was opened', 'an account', answer);
    accountIds.push(answer.body.accountId);
  }
  return accountIds;
}

/** What an account needs to trade for a while. */
export function fundsFor(accountId: string): Deposit[] {
  return [
    { kind: 'deposit', key: `${accountId}-usd`, accountId, asset: 'USD', amount: '5000000' },
    { kind: 'deposit', key: `${accountId}-btc`, accountId, asset: 'BTC', amount: '100' },
  ];
}
