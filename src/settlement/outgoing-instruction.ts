import { assetIn } from '../edge/directory.js';
import type { Exchange } from '../engine/exchange.js';
import { formatId } from '../engine/ids.js';
import { formatDecimal } from '../engine/money.js';
import type { InstructionRow } from '../journal/settlement-queries.js';
import type { OutgoingInstruction } from './custodian.js';

/** An instruction in the words of the public, as one attempt of it is sent. */
export function outgoingInstruction(row: InstructionRow, attempt: number, exchange: Exchange): OutgoingInstruction {
  const { instructionId, accountId, asset, amount, settlementDate } = row;
  return {
    instructionId: formatId('ins', instructionId),
    accountId: formatId('acc', accountId),
    amount: formatDecimal(amount, assetIn(exchange, asset).scale),
    ...{ asset, settlementDate, attempt },
  };
}
