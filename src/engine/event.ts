import type {
  AccountStatus,
  AccountType,
  ApiKeyScope,
  ApiKeyUse,
  CancelCause,
  FaultEnd,
  InstructionStatusChange,
  MarketStatus,
  NetObligation,
  OrderType,
  ReferencePrice,
  SelfTradePrevention,
  Side,
  TimeInForce,
} from './command.js';
import type { VenueDefinition } from './instrument.js';
import type { Amount } from './money.js';
import type { RejectCode } from './reject.js';
import type { RiskLimit } from './risk/limits/risk-limit.js';

/**
 * What happened, in the past tense. Applying the events of the journal in order gives the engine's state
 * again, without deciding anything anew. The sequence and the time belong to the record they are in.
 *
 * An account, an order, a transfer and an API key carry as their id the sequence of the record that created them, so
 * that ids need no counter and tell their order; trades and instructions are counted. Order id 0 means the liquidity provider's quotes.
 */
export type Event =
  | VenueConfigured
  | AccountOpened
  | AccountStatusChanged
  | FundsMoved
  | TransferRejected
  | OrderPlaced
  | OrderRejected
  | TradeExecuted
  | OrderReleased
  | OrderRested
  | OrderCanceled
  | OrderExpired
  | CancelOnDisconnectArmed
  | CancelOnDisconnectDisarmed
  | PricesMoved
  | MarketStatusChanged
  | ApiKeyIssued
  | ApiKeyRevoked
  | ApiKeysUsed
  | RiskLimitsSet
  | RiskWarningRaised
  | RiskLimitBreached
  | RiskEased
  | KillSwitchEngaged
  | KillSwitchReleased
  | SettlementCycleClosed
  | InstructionStatusesChanged
  | FaultInjected
  | FaultEnded;

export interface VenueConfigured {
  readonly type: 'VenueConfigured';
  readonly venue: VenueDefinition;
}

export interface AccountOpened {
  readonly type: 'AccountOpened';
  readonly accountId: number;
  readonly name: string;
  readonly ownerId?: string;
  readonly accountType: AccountType;
  readonly idempotencyKey?: string;
}

export interface AccountStatusChanged {
  readonly type: 'AccountStatusChanged';
  readonly accountId: number;
  readonly status: AccountStatus;
}

export type TransferKind = 'DEPOSIT' | 'WITHDRAWAL' | 'TRANSFER';

/** One posting: `amount` units of `asset` from one account to another; a deposit comes from, and a withdrawal goes to, the outside world. */
export interface FundsMoved {
  readonly type: 'FundsMoved';
  readonly transferId: number;
  readonly kind: TransferKind;
  readonly fromAccountId: number;
  readonly toAccountId: number;
  readonly asset: string;
  readonly amount: Amount;
  readonly idempotencyKey?: string;
  /** The first of the instructions that have a custodian move it too, all PENDING; absent where none is there. */
  readonly instructionId?: number;
}

export interface TransferRejected {
  readonly type: 'TransferRejected';
  readonly transferId: number;
  readonly kind: TransferKind;
  readonly fromAccountId: number;
  readonly toAccountId: number;
  readonly asset: string;
  readonly amount: Amount;
  readonly idempotencyKey?: string;
  readonly rejectCode: RejectCode;
  readonly reason: string;
}

/** What an order asks for, as it was sent. */
export interface OrderTerms {
  readonly orderId: number;
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
}

/** The order passed the risk rules and its worst cost is held: `hold` units, of the quote asset for a buy, of the base asset for a sell. */
export interface OrderPlaced extends OrderTerms {
  readonly type: 'OrderPlaced';
  /** The whole order in lots; of an order by `quoteQuantity`, what that buys or brings at the prices of the book. */
  readonly quantityLots: number;
  /** The limit in ticks; 0 for a MARKET order. */
  readonly priceTicks: number;
  readonly hold: Amount;
}

/** An order that was accepted before comes to be matched; what follows in the record is what came of it. */
export interface OrderReleased {
  readonly type: 'OrderReleased';
  readonly orderId: number;
  readonly accountId: number;
  readonly symbol: string;
  readonly side: Side;
}

export interface OrderRejected extends OrderTerms {
  readonly type: 'OrderRejected';
  readonly rejectCode: RejectCode;
  readonly reason: string;
}

/**
 * A trade, always at the price of the resting side. It is settled in the ledger at once: the base
 * quantity from seller to buyer, the notional from buyer to seller, each customer's fee (quote asset) to
 * the fee account. The liquidity provider pays no fee. An order whose last lot this was is FILLED by it.
 */
export interface TradeExecuted {
  readonly type: 'TradeExecuted';
  readonly tradeId: number;
  readonly symbol: string;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly takerSide: Side;
  readonly takerOrderId: number;
  readonly takerAccountId: number;
  readonly makerOrderId: number;
  readonly makerAccountId: number;
  /** Which of the liquidity provider's levels gave (as maker) or took (as taker) the quantity; absent between customers. */
  readonly liquidityLevel?: number;
  readonly notional: Amount;
  readonly takerFee: Amount;
  readonly makerFee: Amount;
}

/** What is left of a limit order entered the book; it holds `hold` from here on. */
export interface OrderRested {
  readonly type: 'OrderRested';
  readonly orderId: number;
  readonly hold: Amount;
}

/** Why an order was canceled that nobody asked to cancel by itself. */
export type CancelReason = CancelCause | 'KILL_SWITCH';

export interface OrderCanceled {
  readonly type: 'OrderCanceled';
  readonly orderId: number;
  readonly accountId: number;
  /** Absent where somebody asked for it. */
  readonly reason?: CancelReason;
}

/**
 * `PARTIAL_FILL`: a fault let only a part of the order be filled. `HOLD_TOO_SMALL`: fees rose between its acceptance
 * and its release. `BALANCE_LIMIT`: balances rose meanwhile, so that the ledger could not keep what it might bring.
 */
export type ExpiryReason =
  | 'IMMEDIATE_OR_CANCEL'
  | 'FILL_OR_KILL'
  | 'NO_LIQUIDITY'
  | 'SELF_TRADE_PREVENTION'
  | 'PARTIAL_FILL'
  | 'HOLD_TOO_SMALL'
  | 'BALANCE_LIMIT';

/** The exchange ended the order with a rest unfilled. */
export interface OrderExpired {
  readonly type: 'OrderExpired';
  readonly orderId: number;
  readonly accountId: number;
  readonly reason: ExpiryReason;
}

/** The account's open orders, or those in one market, are canceled when its connection has been gone for `graceMs`. */
export interface CancelOnDisconnectArmed {
  readonly type: 'CancelOnDisconnectArmed';
  readonly accountId: number;
  readonly symbol?: string;
  readonly graceMs: number;
}

/** On request, or because it has happened. */
export interface CancelOnDisconnectDisarmed {
  readonly type: 'CancelOnDisconnectDisarmed';
  readonly accountId: number;
  readonly symbol?: string;
}

export interface PricesMoved {
  readonly type: 'PricesMoved';
  readonly beat: number;
  readonly prices: readonly ReferencePrice[];
}

export interface MarketStatusChanged {
  readonly type: 'MarketStatusChanged';
  readonly symbol: string;
  readonly status: MarketStatus;
}

export interface ApiKeyIssued {
  readonly type: 'ApiKeyIssued';
  readonly keyId: number;
  readonly accountId: number;
  readonly label?: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly secretHash: string;
}

export interface ApiKeyRevoked {
  readonly type: 'ApiKeyRevoked';
  readonly keyId: number;
  readonly accountId: number;
}

export interface ApiKeysUsed {
  readonly type: 'ApiKeysUsed';
  readonly uses: readonly ApiKeyUse[];
}

/** The limits that an account has from here on, in the order in which they are asked; none without any. */
export interface RiskLimitsSet {
  readonly type: 'RiskLimitsSet';
  readonly accountId: number;
  readonly warnAtPercent: number;
  readonly limits: readonly RiskLimit[];
}

/** A limit, and what the account has used of it, both in the limit's units. */
interface LimitUse extends RiskLimit {
  readonly accountId: number;
  readonly value: Amount;
}

/** The use of a limit came to the share from which on a warning is due. */
export interface RiskWarningRaised extends LimitUse {
  readonly type: 'RiskWarningRaised';
}

/** The use of a limit went beyond it; or an order was refused that would have taken it there, and `value` is where to. */
export interface RiskLimitBreached extends LimitUse {
  readonly type: 'RiskLimitBreached';
  /** The order that was refused. Those refused after it for the same limit raise nothing until one is accepted. */
  readonly orderId?: number;
}

/** The use of a limit came back: to the share of a warning, or below it. */
export interface RiskEased extends LimitUse {
  readonly type: 'RiskEased';
  readonly level: 'WARNING' | 'NORMAL';
}

/** From here on orders of the account, or of all where there is none, are refused. */
export interface KillSwitchEngaged {
  readonly type: 'KillSwitchEngaged';
  readonly accountId?: number;
  readonly reason: string;
}

export interface KillSwitchReleased {
  readonly type: 'KillSwitchReleased';
  readonly accountId?: number;
}

/** The trades of each of these markets, after one record and through another, are settled by these instructions, all PENDING. */
export interface SettlementCycleClosed {
  readonly type: 'SettlementCycleClosed';
  readonly settlementDate: string;
  readonly markets: readonly SettledMarket[];
  readonly throughSequence: number;
  /** Per asset, they add up to zero. */
  readonly instructions: readonly SettlementInstruction[];
}

export interface SettledMarket {
  readonly symbol: string;
  readonly afterSequence: number;
}

export interface SettlementInstruction extends NetObligation {
  readonly instructionId: number;
}

export interface InstructionStatusesChanged {
  readonly type: 'InstructionStatusesChanged';
  readonly changes: readonly (InstructionStatusChange & { readonly accountId: number })[];
}

/** From here on the fault may strike. Its id is the sequence of its record. */
export interface FaultInjected {
  readonly type: 'FaultInjected';
  readonly faultId: number;
  readonly kind: string;
  /** The whole fault as JSON, which the engine does not read. */
  readonly definition: string;
  readonly persistent: boolean;
}

/** The fault strikes no more. */
export interface FaultEnded {
  readonly type: 'FaultEnded';
  readonly faultId: number;
  readonly reason: FaultEnd;
  readonly struck: number;
}
