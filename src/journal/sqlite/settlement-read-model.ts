import type { NetObligation } from '../../engine/command.js';
import type { TransferKind } from '../../engine/event.js';
import { externalAccountId } from '../../engine/ids.js';
import { entryOf, postingSides, postingsOf, type UncountedEntry } from '../postings.js';
import type { Page, PageQuery } from '../queries.js';
import type {
  CycleRow,
  InstructionIds,
  InstructionRow,
  InstructionsQuery,
  InstructionWithHistory,
  NetsQuery,
  ObligationRow,
  SettlementQueries,
} from '../settlement-queries.js';
import type { Database } from './database.js';
import { eventPage, recordedEvents } from './event-pages.js';
import type { KnownMarkets } from './known-markets.js';
import { ledgerPage } from './ledger-page.js';
import { type Condition, scanPage } from './page-scan.js';
import type { StoredRow } from './rows.js';
import { netsOf } from './settlement-nets.js';
import { cycleRow, instructionRow, instructionStep } from './settlement-rows.js';
import { firstInstructionOf, lastSequenceBefore } from './sorted-rows.js';
import { transferNets } from './transfer-nets.js';

const stepsMax = 1_000;

const selectTrade = 'SELECT symbol, sequence FROM trades WHERE trade_id = ?';
const selectCycle = `SELECT cycle_sequence, settlement_date, first_instruction_id, instruction_count
  FROM settlement_cycle_markets JOIN settlement_cycles ON sequence = cycle_sequence
  WHERE symbol = ?1 AND settlement_cycle_markets.through_sequence >= ?2
  ORDER BY settlement_cycle_markets.through_sequence LIMIT 1`;
const selectTransferKind = 'SELECT kind FROM transfers WHERE transfer_id = ?';
const selectInARow =
  'SELECT * FROM instructions WHERE instruction_id >= ? AND instruction_id < ? ORDER BY instruction_id';
/** A transfer has two sides at most. */
const selectOfTransfer = `SELECT * FROM instructions WHERE instruction_id BETWEEN ?1 AND ?1 + 1 AND cycle_sequence = ?2
  ORDER BY instruction_id`;
const selectInstructionOf = `SELECT instruction_id, status FROM instructions
  WHERE instruction_id >= ?1 AND instruction_id < ?2 AND account_id = ?3 AND asset = ?4`;

/** The queries of settlement over one connection. They answer at once; the promises are the port's. */
export class SettlementReadModel implements SettlementQueries {
  constructor(
    private readonly database: Database,
    private readonly markets: KnownMarkets,
  ) {}

  async nets(query: NetsQuery): Promise<readonly NetObligation[]> {
    return netsOf(this.database, query);
  }

  async timeOf(sequence: number): Promise<number | undefined> {
    const row = this.database.statement('SELECT time FROM journal WHERE sequence = ?').get(sequence);
    return row && Number(row.time);
  }

  async lastSequenceBefore(time: number): Promise<number> {
    return lastSequenceBefore(this.database, time);
  }

  async instruction(instructionId: number): Promise<InstructionWithHistory | undefined> {
    const row = this.database.statement('SELECT * FROM instructions WHERE instruction_id = ?').get(instructionId);
    if (row === undefined) return undefined;
    const sql = `SELECT * FROM instruction_history WHERE instruction_id = ? ORDER BY step LIMIT ${stepsMax}`;
    const history = this.database.statement(sql).all(instructionId).map(instructionStep);
    return { ...this.instructionRow(row), history };
  }

  async instructions(query: InstructionsQuery): Promise<Page<InstructionRow>> {
    const { accountId, status, settlementDate } = query;
    const within = status === undefined || status === 'SETTLED' ? [] : [{ sql: `status <> 'SETTLED'` }];
    const scan = { from: 'instructions', key: 'instruction_id', descending: true };
    const where = equal({ status, settlement_date: settlementDate });
    return scanPage(
      this.database,
      { ...scan, within: [...within, ...equal({ account_id: accountId })], where },
      query,
      (row) => this.instructionRow(row),
    );
  }

  async openInstructions(query: PageQuery): Promise<Page<InstructionRow>> {
    const within = [{ sql: `status <> 'SETTLED'` }];
    const scan = { from: 'instructions', key: 'instruction_id', descending: false, within, where: [] };
    return scanPage(this.database, scan, query, (row) => this.instructionRow(row));
  }

  async cycles(query: PageQuery): Promise<Page<CycleRow>> {
    const scan = { from: 'settlement_cycles', key: 'sequence', descending: false, within: [], where: [] };
    const marketsOf = this.database.statement(
      `SELECT symbol, after_sequence FROM settlement_cycle_markets WHERE cycle_sequence = ? ORDER BY symbol`,
    );
    return scanPage(this.database, scan, query, (row) => cycleRow(row, marketsOf.all(row.sequence as bigint)));
  }

  async instructionsInARow({ firstInstructionId, instructionCount }: InstructionIds): Promise<InstructionRow[]> {
    const rows = this.database.statement(selectInARow).all(firstInstructionId, firstInstructionId + instructionCount);
    return rows.map((row) => this.instructionRow(row));
  }

  async instructionsOfTransfer(transferId: number): Promise<InstructionRow[]> {
    const first = firstInstructionOf(this.database, transferId);
    const rows = this.database.statement(selectOfTransfer).all(first, transferId);
    return rows.map((row) => this.instructionRow(row)).filter(({ kind }) => kind !== 'TRADE_NET');
  }

  async transferNets(transferId: number): Promise<readonly NetObligation[]> {
    return transferNets(this.database, transferId);
  }

  async tradeObligations(tradeId: number): Promise<ObligationRow[]> {
    const trade = this.database.statement(selectTrade).get(tradeId);
    if (trade === undefined) return [];
    const [text] = eventPage(this.database, { fromSequence: Number(trade.sequence), limit: 1 });
    const record = recordedEvents(text!);
    return postingsOf(record.events, this.markets.of)
      .filter((posting) => posting.tradeId === tradeId)
      .flatMap((posting) => postingSides.map((side) => entryOf(posting, side, record)))
      .map((entry) => this.obligation(entry, trade.symbol as string));
  }

  async accountObligations(query: PageQuery & { accountId: number }): Promise<Page<ObligationRow>> {
    const { items, nextCursor } = ledgerPage(this.database, this.markets, query);
    const symbolOf = (tradeId: number) => this.database.statement(selectTrade).get(tradeId)?.symbol as string;
    const trades = items.filter(
      ({ tradeId, counterpartyAccountId }) => tradeId !== undefined && counterpartyAccountId !== externalAccountId,
    );
    return { items: trades.map((entry) => this.obligation(entry, symbolOf(entry.tradeId!))), nextCursor };
  }

  /** A transfer has the id of its record, and no cycle has the same. */
  private instructionRow(row: StoredRow): InstructionRow {
    const transfer = this.database.statement(selectTransferKind).get(row.cycle_sequence as bigint);
    return instructionRow(row, transfer?.kind as TransferKind | undefined);
  }

  private obligation(entry: UncountedEntry, symbol: string): ObligationRow {
    const { tradeId, accountId, asset, amount, entryType, sequence, createdAt } = entry;
    const row: ObligationRow = {
      ...{ tradeId: tradeId!, symbol, accountId, asset, amount, sequence, tradedAt: createdAt },
      type: entryType as ObligationRow['type'],
    };
    const cycle = this.database.statement(selectCycle).get(symbol, sequence);
    return cycle === undefined ? row : { ...row, ...this.settlementOf(cycle, accountId, asset) };
  }

  private settlementOf(cycle: StoredRow, accountId: number, asset: string): Partial<ObligationRow> {
    const first = Number(cycle.first_instruction_id);
    const end = first + Number(cycle.instruction_count);
    const found = this.database.statement(selectInstructionOf).get(first, end, accountId, asset);
    return {
      cycle: { sequence: Number(cycle.cycle_sequence), settlementDate: cycle.settlement_date as string },
      instruction: found && {
        instructionId: Number(found.instruction_id),
        status: found.status as InstructionRow['status'],
      },
    };
  }
}

function equal(columns: Record<string, string | number | undefined>): Condition[] {
  return Object.entries(columns).flatMap(([column, value]) =>
    value === undefined ? [] : [{ sql: `${column} = ?`, value }],
  );
}
