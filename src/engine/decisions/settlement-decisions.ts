import { assertInvariant } from '../assert.js';
import type {
  CloseSettlementCycle,
  InstructionStatus,
  InstructionStatusChange,
  NetObligation,
  NoteInstructionStatuses,
} from '../command.js';
import type { SettledMarket } from '../event.js';
import type { Decision } from '../exchange.js';
import type { Amount } from '../money.js';
import { type Reject, reject } from '../reject.js';
import type { State } from '../state.js';

/** A cycle goes on where the last one of its markets ended, and comes no further than the journal has. */
export function closeSettlementCycle(command: CloseSettlementCycle, { state, emit }: Decision): Reject | undefined {
  const { settlementDate, symbols, throughSequence, instructions } = command;
  const markets: SettledMarket[] = [];
  for (const symbol of symbols) {
    const market = state.markets.get(symbol);
    if (market === undefined) return reject('MARKET_NOT_FOUND', `There is no market ${symbol}.`);
    const afterSequence = market.settledThrough;
    if (throughSequence <= afterSequence) {
      return reject(
        'CYCLE_CLOSED',
        `The trades of ${symbol} are in closed cycles through record ${afterSequence}; this one would end at ${throughSequence}.`,
      );
    }
    markets.push({ symbol, afterSequence });
  }
  assertInvariant(throughSequence <= state.sequence, 'a cycle ends before the record that closes it');
  assertSound(instructions, state);
  const first = state.settlement.instructionCount + 1;
  emit({
    type: 'SettlementCycleClosed',
    settlementDate,
    markets,
    throughSequence,
    instructions: instructions.map(({ accountId, asset, amount }, index) => ({
      ...{ instructionId: first + index, accountId, asset, amount },
    })),
  });
  return undefined;
}

/** News that come too late, or twice, are left out: whoever brings them may bring them again. */
export function noteInstructionStatuses({ changes }: NoteInstructionStatuses, { state, emit }: Decision): undefined {
  const { settlement } = state;
  const statuses = new Map<number, InstructionStatus>();
  const taken = changes.flatMap((change: InstructionStatusChange) => {
    const { instructionId, status, reason, faults } = change;
    const instruction = settlement.get(instructionId);
    if (instruction === undefined) return [];
    const before = statuses.get(instructionId) ?? instruction.status;
    if (!settlement.mayBecome(before, status)) return [];
    statuses.set(instructionId, status);
    return [{ instructionId, accountId: instruction.accountId, status, reason, faults }];
  });
  if (taken.length > 0) emit({ type: 'InstructionStatusesChanged', changes: taken });
}

/** What comes to one account leaves others. */
function assertSound(instructions: readonly NetObligation[], { ledger }: State): void {
  const sums = new Map<string, Amount>();
  for (const { accountId, asset, amount } of instructions) {
    assertInvariant(amount !== 0n && ledger.accounts.has(accountId), 'an instruction moves something of somebody');
    sums.set(asset, (sums.get(asset) ?? 0n) + amount);
  }
  assertInvariant(
    [...sums.values()].every((sum) => sum === 0n),
    'the instructions of a cycle add up to zero',
  );
}
