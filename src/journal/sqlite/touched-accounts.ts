import type { Command } from '../../engine/command.js';
import type { Event } from '../../engine/event.js';

/**
 * The customers' accounts that a record is about: those of its events. A refusal without an event is
 * about the account that its command names.
 */
export function touchedAccounts(events: readonly Event[], command: () => Command): Set<number> {
  const touched = new Set<number>();
  for (const event of events) addAccountsOfEvent(event, touched);
  if (events.length === 0) addAccountsOfCommand(command(), touched);
  return touched;
}

function addAccountsOfCommand(command: Command, touched: Set<number>): void {
  if ('accountId' in command) add(command.accountId, touched);
  if (!('fromAccountId' in command)) return;
  add(command.fromAccountId, touched);
  add(command.toAccountId, touched);
}

function addAccountsOfEvent(event: Event, touched: Set<number>): void {
  switch (event.type) {
    case 'AccountOpened':
    case 'AccountStatusChanged':
    case 'OrderPlaced':
    case 'OrderRejected':
    case 'OrderCanceled':
    case 'OrderExpired':
      add(event.accountId, touched);
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
    case 'OrderRested':
    case 'VenueConfigured':
    case 'PricesMoved':
    case 'MarketStatusChanged':
      break;
    default:
      event satisfies never;
  }
}

/** The venue's own accounts, which have ids below zero, are in almost every record. */
function add(accountId: number, touched: Set<number>): void {
  if (accountId > 0) touched.add(accountId);
}
