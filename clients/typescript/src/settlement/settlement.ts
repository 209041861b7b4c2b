import type { PageQuery } from '../rest/listing.js';
import type { Decimal, Time } from '../words.js';

/** PENDING: made, and not sent yet; INSTRUCTED: the custodian has it; SETTLED: for good; FAILED: it is sent again. */
export type InstructionStatus = 'PENDING' | 'INSTRUCTED' | 'SETTLED' | 'FAILED';

/** TRADE_NET: what the trades of a cycle come to for one account and asset; the others: one account's side of such a movement. */
export type InstructionKind = 'TRADE_NET' | 'DEPOSIT' | 'WITHDRAWAL' | 'TRANSFER';

/** What the custodian, or the exchange itself, is instructed to move. */
export interface Settlement {
  readonly instructionId: string;
  readonly kind: InstructionKind;
  readonly accountId: string;
  readonly asset: string;
  /** What comes to the account; negative for what leaves it. */
  readonly amount: Decimal;
  /** A day in UTC, such as `2026-01-31`. */
  readonly settlementDate: string;
  readonly status: InstructionStatus;
  /** Why it failed. */
  readonly reason?: string;
  /** How often the custodian was instructed. */
  readonly attempts: number;
  /** The journal sequence of the cycle that it was made in, of a TRADE_NET. */
  readonly cycleSequence?: number;
  /** The deposit, withdrawal or transfer that it was made with. */
  readonly transferId?: string;
  readonly createdAt: Time;
  readonly updatedAt: Time;
}

export interface SettlementWithHistory extends Settlement {
  /** Oldest first. */
  readonly history: readonly SettlementStep[];
}

export interface SettlementStep {
  readonly status: InstructionStatus;
  readonly reason?: string;
  /** The journal sequence that says so. */
  readonly sequence: number;
  readonly changedAt: Time;
}

/** One leg of a trade, or its fee, as one account sees it. */
export interface Obligation {
  readonly tradeId: string;
  readonly symbol: string;
  readonly accountId: string;
  readonly asset: string;
  /** What comes to the account; negative for what leaves it. */
  readonly amount: Decimal;
  readonly type: 'TRADE' | 'FEE';
  readonly settlementDate: string;
  /** SETTLED also where the cycle came to nothing for this account and asset. */
  readonly status: InstructionStatus;
  /** The instruction that it is a part of. */
  readonly instructionId?: string;
  readonly tradedAt: Time;
}

export interface ClosedCycles {
  /** None if nothing was due. */
  readonly cycles: readonly ClosedCycle[];
}

export interface ClosedCycle {
  /** The journal sequence of the cycle. */
  readonly sequence: number;
  readonly settlementDate: string;
  readonly instructions: number;
}

export interface CloseCyclesRequest {
  /** Also what is due by the cut-off of this day; by default what is due now. */
  readonly asOf?: string;
}

export interface ListSettlementsQuery extends PageQuery {
  readonly accountId?: string;
  readonly status?: InstructionStatus;
  /** The settlement date. */
  readonly date?: string;
  readonly tradeId?: string;
  readonly transferId?: string;
}

export interface ListObligationsQuery extends PageQuery {
  readonly accountId?: string;
  readonly tradeId?: string;
}
