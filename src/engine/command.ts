import type { VenueDefinition } from './instrument.js';
import type { Amount } from './money.js';
import type { RejectCode } from './reject.js';
import type { RiskLimit } from './risk/limits/risk-limit.js';

export type Side = 'BUY' | 'SELL';
export type OrderType = 'MARKET' | 'LIMIT';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';
export type SelfTradePrevention = 'EXPIRE_TAKER' | 'EXPIRE_MAKER' | 'EXPIRE_BOTH';
export type AccountType = 'CUSTOMER' | 'HOUSE';
export type AccountStatus = 'ACTIVE' | 'SUSPENDED' | 'CLOSED';
export type MarketStatus = 'OPEN' | 'HALTED';
export type ApiKeyScope = 'read' | 'trade' | 'transfer';

/**
 * What the exchange can be told to do. A command says what is wanted, in the imperative; accounts and
 * orders are named by the number behind their public id (`acc-7`, `ord-42`), amounts are in units.
 */
export type Command =
  | ConfigureVenue
  | OpenAccount
  | ChangeAccountStatus
  | Deposit
  | Withdraw
  | Transfer
  | PlaceOrder
  | CancelOrder
  | CancelOrders
  | ArmCancelOnDisconnect
  | DisarmCancelOnDisconnect
  | MovePrices
  | ChangeMarketStatus
  | IssueApiKey
  | RevokeApiKey
  | NoteApiKeyUses
  | SetRiskLimits
  | EngageKillSwitch
  | ReleaseKillSwitch
  | CloseSettlementCycle
  | NoteInstructionStatuses
  | ReleaseOrder
  | InjectFault
  | EndFault;

export interface ConfigureVenue {
  readonly type: 'ConfigureVenue';
  readonly venue: VenueDefinition;
}

export interface OpenAccount {
  readonly type: 'OpenAccount';
  readonly name: string;
  readonly ownerId?: string;
  readonly accountType: AccountType;
  readonly idempotencyKey?: string;
}

export interface ChangeAccountStatus {
  readonly type: 'ChangeAccountStatus';
  readonly accountId: number;
  readonly status: AccountStatus;
}

export interface Deposit {
  readonly type: 'Deposit';
  readonly accountId: number;
  readonly asset: string;
  readonly amount: Amount;
  readonly idempotencyKey?: string;
}

export interface Withdraw {
  readonly type: 'Withdraw';
  readonly accountId: number;
  readonly asset: string;
  readonly amount: Amount;
  readonly idempotencyKey?: string;
}

export interface Transfer {
  readonly type: 'Transfer';
  readonly fromAccountId: number;
  readonly toAccountId: number;
  readonly asset: string;
  readonly amount: Amount;
  readonly idempotencyKey?: string;
}

/**
 * An order. A LIMIT has `price` and `quantity`; a MARKET has either `quantity` or `quoteQuantity` (what
 * a buy may cost at most, fees included, or what a sell brings at most, before fees) and is always IOC.
 */
export interface PlaceOrder {
  readonly type: 'PlaceOrder';
  readonly accountId: number;
  readonly clientOrderId?: string;
  readonly symbol: string;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity?: Amount;
  readonly quoteQuantity?: Amount;
  readonly price?: Amount;
  readonly postOnly: boolean;
  readonly selfTradePrevention: SelfTradePrevention;
  /** What a fault does to it; absent where none struck it. */
  readonly fault?: OrderFault;
}

/** What a failing venue does to an order, decided outside and journaled with it. */
export interface OrderFault {
  /** It is refused with this code, whatever the rules say. */
  readonly rejectCode?: RejectCode;
  /** It is filled to this part at most, from 0 to 100, and the rest expires if it could have been filled. */
  readonly fillPercent?: number;
  /** It is accepted now, and matched when it is released, which is to be so many milliseconds later. */
  readonly matchAfterMs?: number;
}

export interface CancelOrder {
  readonly type: 'CancelOrder';
  readonly orderId: number;
}

/** Cancels every open order of an account, or those in one market. */
export interface CancelOrders {
  readonly type: 'CancelOrders';
  readonly accountId: number;
  readonly symbol?: string;
  /** Absent where somebody asked for it. Cancel on disconnect does nothing unless it is armed, and is disarmed by it. */
  readonly cause?: CancelCause;
}

/** Why the exchange itself cancels orders. */
export type CancelCause = 'CANCEL_ON_DISCONNECT';

/**
 * Has the open orders of an account, or those in one market, canceled when the last connection that asked for it
 * has been gone for `graceMs`.
 */
export interface ArmCancelOnDisconnect {
  readonly type: 'ArmCancelOnDisconnect';
  readonly accountId: number;
  readonly symbol?: string;
  readonly graceMs: number;
}

/** Takes that back: nothing is canceled. */
export interface DisarmCancelOnDisconnect {
  readonly type: 'DisarmCancelOnDisconnect';
  readonly accountId: number;
  readonly symbol?: string;
}

/**
 * One beat of the price source: the reference prices that it gives now, in ticks, and the liquidity's
 * refill. Beats are counted, so that a restart goes on where the journal ends.
 */
export interface MovePrices {
  readonly type: 'MovePrices';
  readonly beat: number;
  readonly prices: readonly ReferencePrice[];
}

export interface ReferencePrice {
  readonly symbol: string;
  readonly priceTicks: number;
  /** The price source has heard nothing of this market for too long: the price is the last that there was. */
  readonly stale?: true;
}

export interface ChangeMarketStatus {
  readonly type: 'ChangeMarketStatus';
  readonly symbol: string;
  readonly status: MarketStatus;
}

/** The secret is made outside, where there is randomness, and stays there: only its SHA-256, in lower-case hex, comes in. */
export interface IssueApiKey {
  readonly type: 'IssueApiKey';
  readonly accountId: number;
  readonly label?: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly secretHash: string;
}

export interface RevokeApiKey {
  readonly type: 'RevokeApiKey';
  readonly accountId: number;
  readonly keyId: number;
}

/** When keys were last used. It is told now and then for many keys together, so that no request costs a record. */
export interface NoteApiKeyUses {
  readonly type: 'NoteApiKeyUses';
  readonly uses: readonly ApiKeyUse[];
}

/** `usedAt` is in milliseconds since 1970. */
export interface ApiKeyUse {
  readonly keyId: number;
  readonly usedAt: number;
}

/** Replaces every limit of an account; an empty list leaves it without. */
export interface SetRiskLimits {
  readonly type: 'SetRiskLimits';
  readonly accountId: number;
  /** From how many per cent of a limit on a warning is raised. */
  readonly warnAtPercent: number;
  /** Each above zero, and none twice. */
  readonly limits: readonly RiskLimit[];
}

/** Cancels every open order of an account and takes no new ones of it; without an account, of all. */
export interface EngageKillSwitch {
  readonly type: 'EngageKillSwitch';
  readonly accountId?: number;
  readonly reason: string;
}

/** The switch of an account and that for all are two: each is released by itself. */
export interface ReleaseKillSwitch {
  readonly type: 'ReleaseKillSwitch';
  readonly accountId?: number;
}

export type InstructionStatus = 'PENDING' | 'INSTRUCTED' | 'SETTLED' | 'FAILED';

/**
 * Makes one instruction of all that the trades of some markets, up to a record, left each account with in each
 * asset. The trades of each market begin where its last cycle ended. The amounts are the net of the ledger's
 * postings, which were added up outside: nothing is kept for this with each trade.
 */
export interface CloseSettlementCycle {
  readonly type: 'CloseSettlementCycle';
  /** The day on which it settles, such as `2026-01-31`. */
  readonly settlementDate: string;
  readonly symbols: readonly string[];
  readonly throughSequence: number;
  readonly instructions: readonly NetObligation[];
}

/** `amount` units of `asset` come to the account; negative, they leave it. Never zero. */
export interface NetObligation {
  readonly accountId: number;
  readonly asset: string;
  readonly amount: Amount;
}

/** What became of instructions. It is told for many together, and in the order in which it happened. */
export interface NoteInstructionStatuses {
  readonly type: 'NoteInstructionStatuses';
  readonly changes: readonly InstructionStatusChange[];
}

export interface InstructionStatusChange {
  readonly instructionId: number;
  readonly status: InstructionStatus;
  /** Why it failed. */
  readonly reason?: string;
  /** The public ids of the faults that struck it as it was sent; of what that did, the engine knows nothing. */
  readonly faults?: readonly string[];
}

/** Has an order matched that was accepted without being matched. */
export interface ReleaseOrder {
  readonly type: 'ReleaseOrder';
  readonly orderId: number;
}

/**
 * Says that from here on a fault is in force. The exchange itself is not changed by it: faults act outside, and what
 * they do to commands comes in with those. It is in the journal so that whoever reads it can tell what struck whom.
 */
export interface InjectFault {
  readonly type: 'InjectFault';
  readonly kind: string;
  /** The whole fault as JSON. The engine keeps it and does not read it. */
  readonly definition: string;
  /** Whether it goes on after a restart. */
  readonly persistent: boolean;
}

export type FaultEnd = 'CLEARED' | 'EXPIRED' | 'SPENT' | 'RESTARTED';

export interface EndFault {
  readonly type: 'EndFault';
  readonly faultId: number;
  readonly reason: FaultEnd;
  /** How often it struck. */
  readonly struck: number;
}

/** The place of a command in the one order of all commands, and the venue's time, in milliseconds since 1970. */
export interface Stamp {
  readonly sequence: number;
  readonly time: number;
}
