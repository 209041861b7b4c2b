import type { InstructionStatus, NetObligation } from '../engine/command.js';
import { formatId } from '../engine/ids.js';
import type { CycleRow, InstructionRow } from '../journal/settlement-queries.js';
import type { Venue } from '../venue/venue.js';
import type { Custodian, CustodyRecord } from './custodian.js';
import { outgoingInstruction } from './outgoing-instruction.js';

/** More breaks than these are counted, and not named. */
export const breaksNamedMax = 1_000;
const pageCycles = 100;
const pageInstructions = 500;
const callsMax = 16;

export const breakKinds = [
  'LEDGER_AMOUNT',
  'LEDGER_MISSING',
  'INSTRUCTION_MISSING',
  'CYCLE_GAP',
  'CUSTODIAN_MISSING',
  'CUSTODIAN_TERMS',
  'CUSTODIAN_STATUS',
  'CUSTODIAN_UNREACHABLE',
  'NOT_SETTLED',
] as const;
export type BreakKind = (typeof breakKinds)[number];

/** One thing that is not the same on two sides. */
export interface Break {
  readonly kind: BreakKind;
  /** What is wrong, in a sentence. */
  readonly detail: string;
  readonly instructionId?: number;
  readonly cycleSequence?: number;
  readonly transferId?: number;
}

export interface ReconciliationReport {
  readonly asOfSeq: number;
  readonly custodian: string;
  readonly cycles: number;
  /** How many instructions of deposits, withdrawals and transfers were looked at. */
  readonly transfers: number;
  /** How many instructions were looked at altogether, by their status here. */
  readonly instructions: Readonly<Record<InstructionStatus, number>>;
  /** How many the custodian was asked about, and knew. */
  readonly confirmed: number;
  readonly breakCount: number;
  readonly breaks: readonly Break[];
}

/**
 * Holds instructions against the postings of the ledger on one side and against the custodian on the other. It
 * walks cycle by cycle while trading and settling go on: what looks wrong is looked at a second time. Instructions are
 * counted, and a cycle has some in a row: those between two cycles are of deposits, withdrawals and transfers.
 */
export class Reconciliation {
  private readonly breaks: Break[] = [];
  private breakCount = 0;
  private cycles = 0;
  private transfers = 0;
  private nextInstructionId = 1;
  private confirmed = 0;
  private unreachable = false;
  private readonly instructions: Record<InstructionStatus, number> = {
    PENDING: 0,
    INSTRUCTED: 0,
    SETTLED: 0,
    FAILED: 0,
  };
  private readonly settledThrough = new Map<string, number>();

  constructor(
    private readonly venue: Venue,
    private readonly custodian: Custodian,
    private readonly attemptsMax: number,
  ) {}

  /** Of what settles on one day, or of all. */
  async run(settlementDate?: string): Promise<ReconciliationReport> {
    const { asOfSeq, instructionCount } = await this.venue.read(({ sequence, state }) => {
      return { asOfSeq: sequence, instructionCount: state.settlement.instructionCount };
    });
    const { settlement } = this.venue.queries;
    for (let cursor: number | undefined; ; ) {
      const { items, nextCursor } = await settlement.cycles({ limit: pageCycles, cursor });
      for (const cycle of items) {
        if (cycle.sequence > asOfSeq) break;
        this.follow(cycle);
        await this.inspectTransfers(cycle.firstInstructionId, settlementDate);
        this.nextInstructionId = Math.max(this.nextInstructionId, cycle.firstInstructionId + cycle.instructionCount);
        if ((settlementDate ?? cycle.settlementDate) === cycle.settlementDate) await this.inspect(cycle);
      }
      cursor = nextCursor;
      if (cursor === undefined || cursor >= asOfSeq) break;
    }
    await this.inspectTransfers(instructionCount + 1, settlementDate);
    const { cycles, transfers, instructions, confirmed, breakCount, breaks } = this;
    return { asOfSeq, custodian: this.custodian.name, cycles, transfers, instructions, confirmed, breakCount, breaks };
  }

  /** No trade is in two cycles, or between two. */
  private follow({ sequence, markets, throughSequence }: CycleRow): void {
    for (const { symbol, afterSequence } of markets) {
      const through = this.settledThrough.get(symbol) ?? afterSequence;
      this.settledThrough.set(symbol, throughSequence);
      if (through === afterSequence) continue;
      const detail = `The cycle takes ${symbol} from record ${afterSequence}, the one before it ended at ${through}.`;
      this.found({ kind: 'CYCLE_GAP', detail, cycleSequence: sequence });
    }
  }

  private async inspect(cycle: CycleRow): Promise<void> {
    const { settlement } = this.venue.queries;
    this.cycles += 1;
    const rows = await settlement.instructionsInARow(cycle);
    const everyMarket = cycle.markets.length === this.venue.exchange.markets.size;
    const { markets, throughSequence } = cycle;
    this.compareWithLedger(cycle, rows, await settlement.nets({ markets, throughSequence, everyMarket }));
    await this.compareStatuses(rows);
  }

  /** The instructions from the last one that was looked at to the next cycle. */
  private async inspectTransfers(endId: number, settlementDate: string | undefined): Promise<void> {
    while (this.nextInstructionId < endId) {
      const firstInstructionId = this.nextInstructionId;
      const instructionCount = Math.min(pageInstructions, endId - firstInstructionId);
      this.nextInstructionId += instructionCount;
      const { settlement } = this.venue.queries;
      const rows = await settlement.instructionsInARow({ firstInstructionId, instructionCount });
      this.findMissing(firstInstructionId, instructionCount, rows);
      const wanted = rows.filter((row) => (settlementDate ?? row.settlementDate) === row.settlementDate);
      for (const row of wanted) this.compareWithTransfer(row, await settlement.transferNets(row.madeBy));
      await this.compareStatuses(wanted);
      this.transfers += wanted.length;
    }
  }

  private async compareStatuses(rows: readonly InstructionRow[]): Promise<void> {
    for (const { status } of rows) this.instructions[status] += 1;
    if (this.custodian.name !== 'internal') await this.compareWithCustodian(rows);
    for (const row of rows) if (row.status === 'FAILED' && row.attempts >= this.attemptsMax) this.notSettled(row);
  }

  private compareWithLedger(cycle: CycleRow, rows: readonly InstructionRow[], nets: readonly NetObligation[]): void {
    const left = new Map(nets.map((net) => [keyOf(net), net.amount]));
    for (const row of rows) {
      const net = left.get(keyOf(row)) ?? 0n;
      left.delete(keyOf(row));
      if (net === row.amount) continue;
      const detail = `${formatId('ins', row.instructionId)} is of ${row.amount} units for ${keyOf(row)}, the postings come to ${net}.`;
      this.found({ kind: 'LEDGER_AMOUNT', detail, instructionId: row.instructionId, cycleSequence: cycle.sequence });
    }
    for (const [key, net] of left) {
      const detail = `The postings come to ${net} units for ${key}, and there is no instruction for it.`;
      this.found({ kind: 'LEDGER_MISSING', detail, cycleSequence: cycle.sequence });
    }
  }

  private findMissing(first: number, count: number, rows: readonly InstructionRow[]): void {
    const there = new Set(rows.map(({ instructionId }) => instructionId));
    for (let instructionId = first; instructionId < first + count; instructionId += 1) {
      if (there.has(instructionId)) continue;
      const detail = `${formatId('ins', instructionId)} was counted and is not there; it is of no cycle.`;
      this.found({ kind: 'INSTRUCTION_MISSING', detail, instructionId });
    }
  }

  private compareWithTransfer(row: InstructionRow, nets: readonly NetObligation[]): void {
    const net = nets.find((each) => keyOf(each) === keyOf(row))?.amount ?? 0n;
    if (net === row.amount) return;
    const detail = `${formatId('ins', row.instructionId)} is of ${row.amount} units for ${keyOf(row)}, the posting of ${formatId('tfr', row.madeBy)} comes to ${net}.`;
    this.found({ kind: 'LEDGER_AMOUNT', detail, ...subjectOf(row) });
  }

  private async compareWithCustodian(rows: readonly InstructionRow[]): Promise<void> {
    const sent = rows.filter(({ status }) => status !== 'PENDING');
    const lane = async () => {
      for (let row = sent.shift(); row !== undefined && !this.unreachable; row = sent.shift()) await this.ask(row);
    };
    await Promise.all(Array.from({ length: callsMax }, lane));
  }

  private async ask(row: InstructionRow): Promise<void> {
    try {
      const first = this.differenceOf(row, await this.custodian.find(formatId('ins', row.instructionId)));
      // It may have changed on either side between the two looks.
      const wrong = first && (await this.secondLook(row.instructionId));
      if (wrong === undefined) this.confirmed += 1;
      else this.found(wrong);
    } catch (error) {
      if (this.unreachable) return;
      this.unreachable = true;
      const detail = `The custodian does not answer, so that nothing more was compared with it: ${(error as Error).message}`;
      this.found({ kind: 'CUSTODIAN_UNREACHABLE', detail });
    }
  }

  private async secondLook(instructionId: number): Promise<Break | undefined> {
    const record = await this.custodian.find(formatId('ins', instructionId));
    const row = await this.venue.queries.settlement.instruction(instructionId);
    return row && this.differenceOf(row, record);
  }

  private differenceOf(row: InstructionRow, record: CustodyRecord | undefined): Break | undefined {
    const { instructionId, status, attempts } = row;
    const id = formatId('ins', instructionId);
    const differs = (kind: BreakKind, detail: string): Break => ({ kind, detail, ...subjectOf(row) });
    if (record === undefined)
      return differs('CUSTODIAN_MISSING', `The custodian knows no ${id}, which is ${status} here.`);
    const here = outgoingInstruction(row, attempts, this.venue.exchange);
    const terms = (['accountId', 'asset', 'amount', 'settlementDate'] as const).find(
      (name) => here[name] !== record[name],
    );
    if (terms !== undefined) {
      return differs(
        'CUSTODIAN_TERMS',
        `${id} has ${terms} ${here[terms]} here and ${record[terms]} at the custodian.`,
      );
    }
    if (status === 'SETTLED' && record.status !== 'SETTLED') {
      return differs('CUSTODIAN_STATUS', `${id} is SETTLED here and ${record.status} at the custodian.`);
    }
    return undefined;
  }

  private notSettled(row: InstructionRow): void {
    const { instructionId, attempts, reason } = row;
    const detail = `${formatId('ins', instructionId)} failed ${attempts} times and is not sent again: ${reason}.`;
    this.found({ kind: 'NOT_SETTLED', detail, ...subjectOf(row) });
  }

  private found(wrong: Break): void {
    this.breakCount += 1;
    if (this.breaks.length < breaksNamedMax) this.breaks.push(wrong);
  }
}

function subjectOf({ instructionId, kind, madeBy }: InstructionRow): Omit<Break, 'kind' | 'detail'> {
  return kind === 'TRADE_NET' ? { instructionId, cycleSequence: madeBy } : { instructionId, transferId: madeBy };
}

function keyOf({ accountId, asset }: Pick<NetObligation, 'accountId' | 'asset'>): string {
  return `${formatId('acc', accountId)} ${asset}`;
}
