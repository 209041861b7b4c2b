import type { InstructionStatus, NetObligation } from '../engine/command.js';
import type { SettledMarket, TransferKind } from '../engine/event.js';
import type { Amount } from '../engine/money.js';
import type { Page, PageQuery } from './queries.js';

/**
 * What the read model knows of settlement. Obligations are no rows of their own: they are the postings of trades
 * and fees, and what becomes of them follows from the cycle that their market and record are in.
 */
export interface SettlementQueries {
  /** The net of the postings of trades and fees, by account and asset, the smallest account first; what is zero is left out. */
  nets(query: NetsQuery): Promise<readonly NetObligation[]>;
  /** When a record was taken, in milliseconds since 1970. */
  timeOf(sequence: number): Promise<number | undefined>;
  /** The last record before a time; 0 if there is none. */
  lastSequenceBefore(time: number): Promise<number>;

  instruction(instructionId: number): Promise<InstructionWithHistory | undefined>;
  /** Newest first. A page with a rare filter may be short and still have a next cursor. */
  instructions(query: InstructionsQuery): Promise<Page<InstructionRow>>;
  /** The outbox: those that are not settled, oldest first. */
  openInstructions(query: PageQuery): Promise<Page<InstructionRow>>;
  /** Oldest first. */
  cycles(query: PageQuery): Promise<Page<CycleRow>>;
  /** Those with ids in a row, as a cycle's are; what is not there is left out. */
  instructionsInARow(ids: InstructionIds): Promise<InstructionRow[]>;
  /** Of a deposit, a withdrawal or a transfer; empty where no custodian was there. */
  instructionsOfTransfer(transferId: number): Promise<InstructionRow[]>;
  /** What the ledger posted for a deposit, a withdrawal or a transfer, on each side that is not the outside world. */
  transferNets(transferId: number): Promise<readonly NetObligation[]>;

  /** Of all who took part in a trade; empty if there is no such trade. */
  tradeObligations(tradeId: number): Promise<ObligationRow[]>;
  /** Of an account, newest first. A page may be short and still have a next cursor: it skips what are no trades. */
  accountObligations(query: PageQuery & { accountId: number }): Promise<Page<ObligationRow>>;
}

export interface NetsQuery {
  readonly markets: readonly SettledMarket[];
  readonly throughSequence: number;
  /** These are all markets that trade: nobody has to look what market a posting is of, if all begin at the same record. */
  readonly everyMarket: boolean;
}

export interface InstructionsQuery extends PageQuery {
  readonly accountId?: number;
  readonly status?: InstructionStatus;
  readonly settlementDate?: string;
}

/** What an instruction is made of: the net of a cycle's trades, or one side of a movement of funds. */
export type InstructionKind = 'TRADE_NET' | TransferKind;

export interface InstructionRow extends NetObligation {
  readonly instructionId: number;
  readonly kind: InstructionKind;
  /** The record that made it: it closed its cycle, or is the transfer, whose id this is then. */
  readonly madeBy: number;
  readonly settlementDate: string;
  readonly status: InstructionStatus;
  /** Why it failed; absent in any other status. */
  readonly reason?: string;
  /** How often it was instructed. */
  readonly attempts: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface InstructionWithHistory extends InstructionRow {
  /** Oldest first, and the first thousand at most. */
  readonly history: readonly InstructionStep[];
}

export interface InstructionStep {
  readonly status: InstructionStatus;
  readonly reason?: string;
  readonly sequence: number;
  readonly changedAt: number;
}

export interface InstructionIds {
  readonly firstInstructionId: number;
  readonly instructionCount: number;
}

export interface CycleRow extends InstructionIds {
  readonly sequence: number;
  readonly settlementDate: string;
  readonly throughSequence: number;
  readonly markets: readonly SettledMarket[];
  readonly closedAt: number;
}

/** One leg of a trade, or its fee, as one account sees it: positive where it comes to the account. */
export interface ObligationRow extends NetObligation {
  readonly tradeId: number;
  readonly symbol: string;
  readonly type: 'TRADE' | 'FEE';
  readonly amount: Amount;
  readonly sequence: number;
  readonly tradedAt: number;
  /** Absent until its cycle is closed. */
  readonly cycle?: { readonly sequence: number; readonly settlementDate: string };
  /** Absent also where the cycle came to nothing for this account and asset. */
  readonly instruction?: { readonly instructionId: number; readonly status: InstructionStatus };
}
