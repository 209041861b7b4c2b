import type { FundsMoved, SettlementCycleClosed, SettlementInstruction } from '../../engine/event.js';
import { formatId } from '../../engine/ids.js';
import { type Amount, formatDecimal } from '../../engine/money.js';
import { transferInstructions } from '../../engine/settlement/transfer-instructions.js';
import type { Database } from './database.js';
import { type InspectedRecord, type Inspection, Misfit } from './inspection.js';
import { NetAmounts, type NetDifference } from './net-amounts.js';
import { SettledTrades } from './settled-trades.js';
import { transferNets } from './transfer-nets.js';

const selectInstruction = 'SELECT account_id, asset, amount FROM instructions WHERE instruction_id = ?';

/**
 * Every trade is in one cycle or still waits for its own. By account and asset, the obligations of a cycle come to
 * what its trades say, and its instructions to its obligations; and the same holds of what waits. The instructions of
 * a deposit, a withdrawal or a transfer come to its posting.
 */
export class SettlementInspection implements Inspection {
  readonly name = 'settlement';
  private readonly settledThrough = new Map<string, number>();
  private readonly scales = new Map<string, number>();
  private readonly traded: SettledTrades;
  private cycles = 0;
  private instructions = 0;
  private transfers = 0;

  constructor(private readonly database: Database) {
    this.traded = new SettledTrades(database);
  }

  visit({ sequence, events }: InspectedRecord): void {
    for (const event of events) {
      if (event.type === 'SettlementCycleClosed') this.inspect(event, sequence);
      if (event.type === 'FundsMoved' && event.instructionId !== undefined) this.inspectTransfer(event);
      if (event.type !== 'VenueConfigured') continue;
      this.traded.know(event.venue.markets);
      for (const { asset, scale } of event.venue.assets) this.scales.set(asset, scale);
    }
  }

  conclude(): string {
    const settled = this.traded.trades;
    this.inspectWaiting();
    const waiting = this.traded.trades - settled;
    return (
      `The obligations come to what ${settled} trades in ${this.cycles} cycles and ${waiting} that wait say, ` +
      `and the ${this.instructions} instructions to the obligations` +
      (this.transfers === 0
        ? '.'
        : `; those of ${this.transfers} deposits, withdrawals and transfers to their postings.`)
    );
  }

  private inspect(cycle: SettlementCycleClosed, sequence: number): void {
    const { markets, throughSequence, settlementDate } = cycle;
    for (const { symbol, afterSequence } of markets) {
      const through = this.settledThrough.get(symbol);
      if (through !== undefined && through !== afterSequence) {
        throw new Misfit(
          `The cycle takes ${symbol} from record ${afterSequence}, the one before it ended at ${through}`,
        );
      }
      this.settledThrough.set(symbol, throughSequence);
    }
    const where = `In the cycle of record ${sequence}, which settles on ${settlementDate},`;
    const symbols = markets.map(({ symbol }) => symbol);
    const obligations = this.traded.byObligations(markets, throughSequence);
    this.assertEqual(where, ['trades', this.traded.byTrades(symbols, throughSequence)], ['obligations', obligations]);
    this.assertInstructed(where, ['obligations', obligations], cycle.instructions);
    this.cycles += 1;
    this.instructions += cycle.instructions.length;
  }

  private inspectTransfer(event: FundsMoved): void {
    const { transferId, kind } = event;
    const where = `In the ${kind.toLowerCase()} ${formatId('tfr', transferId)}`;
    const posted = NetAmounts.sumOf(transferNets(this.database, transferId));
    this.assertInstructed(where, ['postings', posted], transferInstructions(event));
    this.transfers += 1;
  }

  /** As it was journaled, and as it is kept to be sent. */
  private assertInstructed(where: string, expected: Named, instructions: readonly SettlementInstruction[]): void {
    this.assertEqual(where, expected, ['instructions', NetAmounts.sumOf(instructions)]);
    this.assertEqual(where, expected, ['instructions as they are sent', this.keptOf(instructions)]);
  }

  /** The trades after the last cycle of each market. */
  private inspectWaiting(): void {
    const markets = [...this.traded.symbols].map((symbol) => {
      return { symbol, afterSequence: this.settledThrough.get(symbol) ?? 0 };
    });
    if (markets.length === 0) return;
    const end = Number.POSITIVE_INFINITY;
    const symbols = markets.map(({ symbol }) => symbol);
    const [trades, obligations] = [this.traded.byTrades(symbols, end), this.traded.byObligations(markets, end)];
    this.assertEqual('After the last cycle', ['trades', trades], ['obligations', obligations]);
  }

  /** What the custodian is told, which the dispatcher takes from the table. */
  private keptOf(instructions: readonly SettlementInstruction[]): NetAmounts {
    const kept = new NetAmounts();
    for (const { instructionId } of instructions) {
      const row = this.database.statement(selectInstruction).get(instructionId);
      if (row !== undefined) kept.add(row.asset as string, Number(row.account_id), row.amount as Amount);
    }
    return kept;
  }

  private assertEqual(where: string, expected: Named, found: Named): void {
    const [[expectedName, expectedNets], [foundName, foundNets]] = [expected, found];
    const [first, ...others] = expectedNets.differencesFrom(foundNets);
    if (first === undefined) return;
    const more = others.length === 0 ? '' : `, and ${others.length} more of its sums differ`;
    throw new Misfit(`${where} ${this.differenceText(first, expectedName, foundName)}${more}`);
  }

  private differenceText({ asset, accountId, here, there }: NetDifference, expected: string, found: string): string {
    const shown = (amount: Amount) => `${formatDecimal(amount, this.scales.get(asset) ?? 0)} ${asset}`;
    return `the ${expected} of ${formatId('acc', accountId)} come to ${shown(here)}, its ${found} to ${shown(there)}`;
  }
}

type Named = readonly [name: string, nets: NetAmounts];
