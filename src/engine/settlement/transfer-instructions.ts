import type { FundsMoved, SettlementInstruction } from '../event.js';
import { externalAccountId } from '../ids.js';

/**
 * What a custodian is told of a deposit, a withdrawal or a transfer: of the two accounts that the posting goes between,
 * each that is not the outside world has an instruction. There are none where no custodian was there.
 */
export function transferInstructions(movement: FundsMoved): SettlementInstruction[] {
  const { instructionId, fromAccountId, toAccountId, asset, amount } = movement;
  if (instructionId === undefined) return [];
  return [
    { accountId: fromAccountId, asset, amount: -amount },
    { accountId: toAccountId, asset, amount },
  ]
    .filter(({ accountId }) => accountId !== externalAccountId)
    .map((leg, index) => ({ instructionId: instructionId + index, ...leg }));
}
