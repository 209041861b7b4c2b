import type { Event } from '../../engine/event.js';

/** The customers' accounts that a record is about. */
export function touchedAccounts(events: readonly Event[]): Set<number> {
  const touched = new Set<number>();
  for (const event of events) addAccounts(event, touched);
  return touched;
}

function addAccounts(event: Event, touched: Set<number>): void {
  switch (event.type) {
    case 'AccountOpened':
    case 'AccountStatusChanged':
    case 'OrderPlaced':
    case 'OrderRejected':
    case 'OrderReleased':
    case 'OrderCanceled':
    case 'OrderExpired':
    case 'CancelOnDisconnectArmed':
    case 'CancelOnDisconnectDisarmed':
    case 'ApiKeyIssued':
    case 'ApiKeyRevoked':
    case 'RiskLimitsSet':
    case 'RiskWarningRaised':
    case 'RiskLimitBreached':
    case 'RiskEased':
      add(event.accountId, touched);
      break;
    case 'KillSwitchEngaged':
    case 'KillSwitchReleased':
      // That for all accounts tells each of them through its canceled orders.
      if (event.accountId !== undefined) add(event.accountId, touched);
      break;
    case 'FundsMoved':
    case 'TransferRejected':
      add(event.fromAccountId, touched);
      add(event.toAccountId, touched);
      break;
    case 'TradeExecuted':
      add(event.takerAccountId, touched);
      add(event.makerAccountId, touched);
      break;
    case 'SettlementCycleClosed':
      for (const { accountId } of event.instructions) add(accountId, touched);
      break;
    case 'InstructionStatusesChanged':
      for (const { accountId } of event.changes) add(accountId, touched);
      break;
    case 'OrderRested':
    case 'VenueConfigured':
    case 'PricesMoved':
    case 'MarketStatusChanged':
    case 'FaultInjected':
    case 'FaultEnded':
    // It is about many accounts at once, and tells none of them what happened to it.
    case 'ApiKeysUsed':
      break;
    default:
      event satisfies never;
  }
}

/** The venue's own accounts, which have ids below zero, are in almost every record. */
function add(accountId: number, touched: Set<number>): void {
  if (accountId > 0) touched.add(accountId);
}
