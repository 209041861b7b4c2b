import type { Decimal, Time } from '../words.js';

export type TransferKind = 'DEPOSIT' | 'WITHDRAWAL' | 'TRANSFER';

/** Money that was moved; `acc-external` is the outside world. */
export interface Transfer {
  readonly transferId: string;
  readonly kind: TransferKind;
  /** Of a deposit or a withdrawal. */
  readonly accountId?: string;
  readonly fromAccountId: string;
  readonly toAccountId: string;
  readonly asset: string;
  readonly amount: Decimal;
  readonly createdAt: Time;
}

/** What to deposit or to withdraw. */
export interface FundsRequest {
  readonly asset: string;
  /** In whole assets, above zero. */
  readonly amount: Decimal;
}

export interface TransferRequest extends FundsRequest {
  readonly fromAccountId: string;
  readonly toAccountId: string;
}
