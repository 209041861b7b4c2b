import type { Account } from '../../ledger/account.js';
import type { Amount } from '../../money.js';
import type { State } from '../../state.js';
import type { OrderCheck } from '../order-check.js';

/** How the use of one kind of limit is measured, in the units of the limit. `of` is the market or asset that it is for. */
export interface LimitRule {
  /** What an order would make of it; `undefined` where the order has nothing to do with it. */
  withOrder(check: OrderCheck, of: string): Amount | undefined;
  /** What there is of it at a time; absent where only single orders are measured. */
  now?(account: Account, of: string, state: State, time: number): Amount;
  /** Why an order is refused, with the numbers. */
  refusal(check: OrderCheck, value: Amount, limit: Amount, of: string): string;
}
