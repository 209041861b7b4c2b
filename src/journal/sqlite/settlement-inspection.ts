import type { SettlementCycleClosed, SettlementInstruction } from '../../engine/event.js';
import { formatId } from '../../engine/ids.js';
import type { Amount } from '../../engine/money.js';
import type { Database } from './database.js';
import { type InspectedRecord, type Inspection, Misfit } from './inspection.js';
import { firstPostingAfter } from './sorted-rows.js';

const selectPostings = `SELECT sequence, trade_id, asset, amount, from_account_id, to_account_id FROM postings
  WHERE posting_id >= ? AND posting_id < ? AND trade_id IS NOT NULL`;
const selectTrade = 'SELECT 1 AS found FROM trades WHERE symbol = ? AND trade_id = ?';

/**
 * Every trade is in one cycle or still waits for its own, and the instructions of a cycle are the net of its
 * trades' postings. The postings are walked here one by one, in the plainest way that there is.
 */
export class SettlementInspection implements Inspection {
  readonly name = 'settlement';
  private readonly settledThrough = new Map<string, number>();
  private cycles = 0;
  private instructions = 0;

  constructor(private readonly database: Database) {}

  visit({ events }: InspectedRecord): void {
    for (const event of events) if (event.type === 'SettlementCycleClosed') this.inspect(event);
  }

  conclude(): string {
    return `The ${this.instructions} instructions of ${this.cycles} cycles are the net of the postings of their trades.`;
  }

  private inspect(cycle: SettlementCycleClosed): void {
    for (const { symbol, afterSequence } of cycle.markets) {
      const through = this.settledThrough.get(symbol);
      if (through !== undefined && through !== afterSequence) {
        throw new Misfit(
          `The cycle takes ${symbol} from record ${afterSequence}, the one before it ended at ${through}`,
        );
      }
      this.settledThrough.set(symbol, cycle.throughSequence);
    }
    const nets = this.netsOf(cycle);
    for (const instruction of cycle.instructions) this.assertNet(instruction, nets);
    const [left] = nets.keys();
    if (left !== undefined) throw new Misfit(`There is no instruction for ${left}`);
    this.cycles += 1;
    this.instructions += cycle.instructions.length;
  }

  private assertNet(
    { instructionId, accountId, asset, amount }: SettlementInstruction,
    nets: Map<string, Amount>,
  ): void {
    const key = `${formatId('acc', accountId)} ${asset}`;
    const net = nets.get(key) ?? 0n;
    nets.delete(key);
    if (net === amount) return;
    throw new Misfit(
      `Instruction ${formatId('ins', instructionId)} is of ${amount} units for ${key}, the postings come to ${net}`,
    );
  }

  private netsOf({ markets, throughSequence }: SettlementCycleClosed): Map<string, Amount> {
    const first = firstPostingAfter(this.database, Math.min(...markets.map(({ afterSequence }) => afterSequence)));
    const end = firstPostingAfter(this.database, throughSequence);
    const trade = this.database.statement(selectTrade);
    const nets = new Map<string, Amount>();
    const add = (accountId: unknown, asset: unknown, amount: Amount) => {
      const key = `${formatId('acc', Number(accountId))} ${asset}`;
      const net = (nets.get(key) ?? 0n) + amount;
      if (net === 0n) nets.delete(key);
      else nets.set(key, net);
    };
    for (const row of this.database.statement(selectPostings).iterate(first, end)) {
      const belongs = markets.some(
        ({ symbol, afterSequence }) =>
          (row.sequence as bigint) > afterSequence && trade.get(symbol, row.trade_id as bigint) !== undefined,
      );
      if (!belongs) continue;
      add(row.from_account_id, row.asset, -(row.amount as Amount));
      add(row.to_account_id, row.asset, row.amount as Amount);
    }
    return nets;
  }
}
