import type { Amount } from '../money.js';

/** What a customer's account has of an asset after a record that changed it. */
export interface BalanceAfter {
  readonly accountId: number;
  readonly asset: string;
  readonly available: Amount;
  readonly held: Amount;
}
