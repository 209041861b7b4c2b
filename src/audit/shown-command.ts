import type { Command } from '../engine/command.js';
import { formatId } from '../engine/ids.js';
import { type PublicWords, type Shown, shownKeyUses, shownVenue } from './public-words.js';
import { optionalAccount } from './shown-event.js';
import { shownFault } from './shown-fault.js';
import { shownInstruction, shownStatusChange } from './shown-settlement.js';

/** A command as the public reads it. */
export function shownCommand(command: Command, words: PublicWords): Shown {
  const { type } = command;
  switch (command.type) {
    case 'ConfigureVenue':
      return { type, venue: shownVenue(command.venue) };
    case 'OpenAccount': {
      const { name, ownerId, accountType, idempotencyKey } = command;
      return { type, name, ownerId, accountType, idempotencyKey };
    }
    case 'ChangeAccountStatus':
      return { type, accountId: formatId('acc', command.accountId), status: command.status };
    case 'Deposit':
    case 'Withdraw': {
      const { asset, amount, idempotencyKey } = command;
      const accountId = formatId('acc', command.accountId);
      return { type, accountId, asset, amount: words.amount(asset, amount), idempotencyKey };
    }
    case 'Transfer': {
      const { asset, amount, idempotencyKey } = command;
      const fromAccountId = formatId('acc', command.fromAccountId);
      const toAccountId = formatId('acc', command.toAccountId);
      return { type, fromAccountId, toAccountId, asset, amount: words.amount(asset, amount), idempotencyKey };
    }
    case 'PlaceOrder':
      return { type, ...words.terms(command) };
    case 'CancelOrder':
      return { type, orderId: formatId('ord', command.orderId) };
    case 'CancelOrders':
    case 'DisarmCancelOnDisconnect': {
      const { symbol } = command;
      const cause = command.type === 'CancelOrders' ? command.cause : undefined;
      return { type, accountId: formatId('acc', command.accountId), symbol, cause };
    }
    case 'ArmCancelOnDisconnect': {
      const { symbol, graceMs } = command;
      return { type, accountId: formatId('acc', command.accountId), symbol, graceMs };
    }
    case 'MovePrices':
      return { type, beat: command.beat, prices: words.prices(command.prices) };
    case 'ChangeMarketStatus':
      return { type, symbol: command.symbol, status: command.status };
    case 'IssueApiKey':
      return { type, accountId: formatId('acc', command.accountId), label: command.label, scopes: command.scopes };
    case 'RevokeApiKey':
      return { type, accountId: formatId('acc', command.accountId), keyId: formatId('key', command.keyId) };
    case 'SetRiskLimits': {
      const { accountId, warnAtPercent, limits } = command;
      return {
        type,
        accountId: formatId('acc', accountId),
        warnAtPercent,
        limits: limits.map((each) => words.limit(each)),
      };
    }
    case 'EngageKillSwitch':
      return { type, accountId: optionalAccount(command), reason: command.reason };
    case 'ReleaseKillSwitch':
      return { type, accountId: optionalAccount(command) };
    case 'NoteApiKeyUses':
      return { type, uses: shownKeyUses(command.uses) };
    case 'CloseSettlementCycle': {
      const { settlementDate, symbols, throughSequence, instructions } = command;
      return {
        type,
        settlementDate,
        symbols,
        throughSequence,
        instructions: instructions.map(shownInstruction(words)),
      };
    }
    case 'NoteInstructionStatuses':
      return { type, changes: command.changes.map(shownStatusChange) };
    case 'ReleaseOrder':
      return { type, orderId: formatId('ord', command.orderId) };
    case 'InjectFault':
      return { type, kind: command.kind, ...shownFault(command) };
    case 'EndFault':
      return { type, faultId: formatId('flt', command.faultId), reason: command.reason, struck: command.struck };
    default:
      return command satisfies never;
  }
}
