import type { Fill, OrderState } from '../orders/order.js';
import type { ProblemCode } from '../problem-code.js';
import type { LimitCrossing } from '../risk/risk-limit.js';
import type { Time } from '../words.js';
import type { Account } from './account.js';
import type { Balance } from './balance.js';
import type { Transfer } from './transfer.js';

export type AccountEventType =
  | 'ORDER_ACCEPTED'
  | 'ORDER_FILLED'
  | 'ORDER_CANCELED'
  | 'ORDER_REJECTED'
  | 'ORDER_EXPIRED'
  | 'TRANSFER_COMPLETED'
  | 'TRANSFER_REJECTED'
  | 'BALANCE_CHANGED'
  | 'RISK_WARNING'
  | 'RISK_BREACHED'
  | 'RISK_EASED'
  | 'ACCOUNT_OPENED'
  | 'ACCOUNT_STATUS_CHANGED';

/** Something that happened to an account, and is durable. Which of the optional fields there are follows from the type. */
export interface AccountEvent {
  /** Of the journal record. */
  readonly sequence: number;
  /** Its place, from 0, among the events of all accounts in that record. */
  readonly eventIndex: number;
  /** The account's own number of it: from 1, and none is left out. */
  readonly accountSequence: number;
  readonly accountId: string;
  readonly eventType: AccountEventType;
  readonly time: Time;
  /** The order, as it stood after this very event. */
  readonly order?: OrderState;
  /** With ORDER_FILLED: the account's side of the trade. */
  readonly fill?: Fill;
  /** With BALANCE_CHANGED. */
  readonly balance?: Balance;
  readonly transfer?: Transfer;
  readonly account?: Account;
  /** With RISK_...: the limit, and how the account stands to it from here on. */
  readonly risk?: LimitCrossing;
  /** Why, where there is more than one reason. */
  readonly reason?: string;
  /** Why it was refused. */
  readonly rejectCode?: ProblemCode;
}
