import type { Decimal, Time } from '../words.js';
import type { TransferKind } from './transfer.js';

export type LedgerEntryType = TransferKind | 'TRADE' | 'FEE';

/** One change of a balance, and why it was made. */
export interface LedgerEntry {
  readonly entryId: string;
  readonly accountId: string;
  /** The journal sequence of the command that caused it. */
  readonly sequence: number;
  readonly asset: string;
  /** What came in; negative for what went out. */
  readonly amount: Decimal;
  /** The account's total of the asset after it. */
  readonly balance: Decimal;
  readonly type: LedgerEntryType;
  /** The other side; `acc-external`, `acc-fees` and `acc-liquidity` are the venue's own. */
  readonly counterpartyAccountId: string;
  readonly transferId?: string;
  readonly orderId?: string;
  readonly tradeId?: string;
  readonly createdAt: Time;
}
