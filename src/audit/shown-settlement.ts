import type { InstructionStatusChange, NetObligation } from '../engine/command.js';
import type { SettlementInstruction } from '../engine/event.js';
import { formatId } from '../engine/ids.js';
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
