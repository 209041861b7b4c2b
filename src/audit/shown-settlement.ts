import type { InstructionStatusChange, NetObligation } from '../engine/command.js';
import type { FundsMoved, SettlementInstruction } from '../engine/event.js';
import { formatId } from '../engine/ids.js';
import { transferInstructions } from '../engine/settlement/transfer-instructions.js';
import type { PublicWords, Shown } from './public-words.js';

/** An instruction, or what is to become one, as the public reads it: positive where it comes to the account. */
export function shownInstruction(words: PublicWords): (instruction: NetObligation | SettlementInstruction) => Shown {
  return (instruction) => ({
    instructionId: 'instructionId' in instruction ? formatId('ins', instruction.instructionId) : undefined,
    accountId: formatId('acc', instruction.accountId),
    asset: instruction.asset,
    amount: words.amount(instruction.asset, instruction.amount),
  });
}

/** Those of a movement of funds; `undefined` where no custodian was there. */
export function shownTransferInstructions(event: FundsMoved, words: PublicWords): readonly Shown[] | undefined {
  return event.instructionId === undefined ? undefined : transferInstructions(event).map(shownInstruction(words));
}

export function shownStatusChange(change: InstructionStatusChange & { readonly accountId?: number }): Shown {
  const { instructionId, accountId, status, reason, faults } = change;
  return {
    instructionId: formatId('ins', instructionId),
    accountId: accountId === undefined ? undefined : formatId('acc', accountId),
    status,
    reason,
    faults,
  };
}
