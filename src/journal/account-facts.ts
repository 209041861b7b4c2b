import type { Event } from '../engine/event.js';
import type { BalanceAfter } from '../engine/ledger/balance-after.js';
import type { JournalRecord } from './journal.js';

/** What an account is told of, in the words of the public. */
export type AccountEventType =
  | 'ACCOUNT_OPENED'
  | 'ACCOUNT_STATUS_CHANGED'
  | 'ORDER_ACCEPTED'
  | 'ORDER_FILLED'
  | 'ORDER_CANCELED'
  | 'ORDER_REJECTED'
  | 'ORDER_EXPIRED'
  | 'TRANSFER_COMPLETED'
  | 'TRANSFER_REJECTED'
  | 'RISK_WARNING'
  | 'RISK_BREACHED'
  | 'RISK_EASED'
  | 'BALANCE_CHANGED';

/** One thing that a record tells one customer's account: an event of the record, or a balance after it. */
export interface AccountFact {
  readonly accountId: number;
  readonly type: AccountEventType;
  /** What it is about; absent with BALANCE_CHANGED. */
  readonly event?: Event;
  /** With BALANCE_CHANGED. */
  readonly balance?: BalanceAfter;
}

/**
 * What a record tells the customers' accounts, in the one order that everybody counts by: its events as they
 * stand, of a trade the taker's side first; then its balances. It follows from the record alone, for the
 * number of an account's event is counted here once when it is written and again whenever it is read.
 */
export function accountFacts({ events, balances }: Pick<JournalRecord, 'events' | 'balances'>): AccountFact[] {
  const facts: AccountFact[] = [];
  for (const event of events) addFacts(event, facts);
  for (const balance of balances) facts.push({ accountId: balance.accountId, type: 'BALANCE_CHANGED', balance });
  return facts;
}

function addFacts(event: Event, facts: AccountFact[]): void {
  switch (event.type) {
    case 'AccountOpened':
      add(facts, event.accountId, 'ACCOUNT_OPENED', event);
      break;
    case 'AccountStatusChanged':
      add(facts, event.accountId, 'ACCOUNT_STATUS_CHANGED', event);
      break;
    case 'OrderPlaced':
      add(facts, event.accountId, 'ORDER_ACCEPTED', event);
      break;
    case 'OrderRejected':
      add(facts, event.accountId, 'ORDER_REJECTED', event);
      break;
    case 'TradeExecuted':
      add(facts, event.takerAccountId, 'ORDER_FILLED', event);
      add(facts, event.makerAccountId, 'ORDER_FILLED', event);
      break;
    case 'OrderCanceled':
      add(facts, event.accountId, 'ORDER_CANCELED', event);
      break;
    case 'OrderExpired':
      add(facts, event.accountId, 'ORDER_EXPIRED', event);
      break;
    case 'FundsMoved':
      add(facts, event.fromAccountId, 'TRANSFER_COMPLETED', event);
      add(facts, event.toAccountId, 'TRANSFER_COMPLETED', event);
      break;
    case 'TransferRejected':
      // Of a refused transfer only the account that it would have come from is told: the reason has its balance.
      add(facts, event.kind === 'DEPOSIT' ? event.toAccountId : event.fromAccountId, 'TRANSFER_REJECTED', event);
      break;
    case 'RiskWarningRaised':
      add(facts, event.accountId, 'RISK_WARNING', event);
      break;
    case 'RiskLimitBreached':
      add(facts, event.accountId, 'RISK_BREACHED', event);
      break;
    case 'RiskEased':
      add(facts, event.accountId, 'RISK_EASED', event);
      break;
    case 'OrderReleased':
    case 'OrderRested':
    case 'CancelOnDisconnectArmed':
    case 'CancelOnDisconnectDisarmed':
    case 'VenueConfigured':
    case 'PricesMoved':
    case 'MarketStatusChanged':
    case 'ApiKeyIssued':
    case 'ApiKeyRevoked':
    case 'ApiKeysUsed':
    case 'RiskLimitsSet':
    // What a kill switch does to an account, its canceled orders tell.
    case 'KillSwitchEngaged':
    case 'KillSwitchReleased':
    // Balances do not wait for settlement, so it changes nothing that the account has.
    case 'SettlementCycleClosed':
    case 'InstructionStatusesChanged':
    case 'FaultInjected':
    case 'FaultEnded':
      break;
    default:
      event satisfies never;
  }
}

/** The venue's own accounts, which have ids below zero, are told nothing. */
function add(facts: AccountFact[], accountId: number, type: AccountEventType, event: Event): void {
  if (accountId > 0) facts.push({ accountId, type, event });
}
