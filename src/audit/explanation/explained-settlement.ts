import { timeText } from '../../edge/time-text.js';
import { formatId } from '../../engine/ids.js';
import type { InstructionWithHistory, ObligationRow, SettlementQueries } from '../../journal/settlement-queries.js';
import type { PublicWords } from '../public-words.js';
import type { FactView } from './explanation-view.js';
import { faultName, type InjectedFaults, settlementEffect } from './injected-faults.js';

/** What the ledger posted for an order's trades, and how that was settled. */
export interface ExplainedSettlement {
  readonly facts: readonly FactView[];
  /** How many trades are in no settlement cycle yet. */
  readonly waitingTrades: number;
}

/** Tells of the account's postings of some trades, the cycles that they are in, and what became of the instructions. */
export async function explainSettlement(
  settlement: SettlementQueries,
  tradeIds: readonly number[],
  accountId: number,
  words: PublicWords,
  faults: InjectedFaults,
): Promise<ExplainedSettlement> {
  const facts: FactView[] = [];
  const cycles = new Map<number, { settlementDate: string; instructionIds: Set<number>; tradeIds: Set<number> }>();
  let waitingTrades = 0;
  for (const tradeId of tradeIds) {
    const rows = (await settlement.tradeObligations(tradeId)).filter((row) => row.accountId === accountId);
    if (rows.length === 0) continue;
    facts.push(postingsFact(rows, words));
    const { cycle } = rows[0]!;
    if (cycle === undefined) {
      waitingTrades += 1;
      continue;
    }
    const known = cycles.get(cycle.sequence) ?? {
      ...{ settlementDate: cycle.settlementDate, instructionIds: new Set(), tradeIds: new Set() },
    };
    cycles.set(cycle.sequence, known);
    known.tradeIds.add(tradeId);
    for (const { instruction } of rows) if (instruction) known.instructionIds.add(instruction.instructionId);
  }
  for (const [sequence, { settlementDate, instructionIds, tradeIds: settled }] of cycles) {
    const time = timeText((await settlement.timeOf(sequence))!);
    const trades = [...settled].map((id) => formatId('trd', id)).join(', ');
    const into =
      instructionIds.size === 0
        ? 'for this account it came to nothing'
        : `as part of ${[...instructionIds].map((id) => formatId('ins', id)).join(' and ')}`;
    const sentence = `The cycle that settles on ${settlementDate} was closed with ${trades}, ${into}.`;
    facts.push({ sequence, time, kind: 'SETTLEMENT_CYCLE', sentence });
    for (const id of instructionIds) {
      facts.push(...(await instructionFacts((await settlement.instruction(id))!, words, faults)));
    }
  }
  return { facts, waitingTrades };
}

function postingsFact(rows: readonly ObligationRow[], words: PublicWords): FactView {
  const { tradeId, sequence, tradedAt } = rows[0]!;
  const postings = rows.map(({ type, asset, amount }) => {
    return { tradeId: formatId('trd', tradeId), type, asset, amount: words.amount(asset, amount) };
  });
  const shown = postings.map(({ type, asset, amount }) => `${amount} ${asset}${type === 'FEE' ? ' as fee' : ''}`);
  const sentence = `The ledger posted for ${formatId('trd', tradeId)}: ${shown.join(', ')}.`;
  return { sequence, time: timeText(tradedAt), kind: 'POSTINGS', sentence, postings };
}

/** Every status of an instruction, and before it the faults that struck as it was sent. */
async function instructionFacts(
  row: InstructionWithHistory,
  words: PublicWords,
  injected: InjectedFaults,
): Promise<FactView[]> {
  const { asset, settlementDate } = row;
  const instructionId = formatId('ins', row.instructionId);
  const amount = words.amount(asset, row.amount);
  const facts: FactView[] = [];
  for (const { status, reason, sequence, changedAt } of row.history) {
    const instruction = { instructionId, asset, amount, status, settlementDate, reason };
    const place = { sequence, time: timeText(changedAt), instruction };
    const faultIds = status === 'INSTRUCTED' ? await injected.thatStruck(row.instructionId, sequence) : [];
    for (const [faultId, fault] of await injected.named(faultIds)) {
      const sentence = `The injected fault ${faultName(faultId, fault)} struck ${instructionId} as it was sent${settlementEffect(fault)}.`;
      facts.push({ ...place, kind: 'FAULT', sentence, faultId, faultKind: fault?.kind });
    }
    const why = reason === undefined ? '' : `: ${reason}`;
    const sentence = `Instruction ${instructionId} over ${amount} ${asset} is ${status}${why}${why.endsWith('.') ? '' : '.'}`;
    facts.push({ ...place, kind: 'INSTRUCTION', sentence });
  }
  return facts;
}
