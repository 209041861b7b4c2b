import type { Time } from '../words.js';

export type AccountType = 'CUSTOMER' | 'HOUSE';
export type AccountStatus = 'ACTIVE' | 'SUSPENDED' | 'CLOSED';

export interface Account {
  readonly accountId: string;
  readonly name: string;
  /** Whose it is, in the caller's words. */
  readonly ownerId: string | null;
  readonly type: AccountType;
  readonly status: AccountStatus;
  readonly createdAt: Time;
}

export interface CreateAccountRequest {
  /** For people; it need not be unique. */
  readonly name: string;
  /** Groups accounts, in the caller's own words. */
  readonly ownerId?: string;
  /** CUSTOMER by default. */
  readonly type?: AccountType;
}

export interface UpdateAccountRequest {
  readonly status: AccountStatus;
}
