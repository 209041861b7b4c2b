import type { FundsMoved, SettlementInstruction, TradeExecuted } from '../../src/engine/event.js';
import { feesAccountId, formatId } from '../../src/engine/ids.js';
import { formatDecimal } from '../../src/engine/money.js';
import type { RecordText } from '../../src/journal/record-codec.js';
import type { CustodyRecord } from '../../src/settlement/custodian.js';
import { discrepancy } from '../crash/discrepancy.js';
import { definition } from './definition.js';
import { eventsOf } from './recorded-events.js';

/** Adds trades and movements of funds up once more, by themselves, and holds the instructions and what the custodian has to that. */
export class SettledTrades {
  private readonly nets = new Map<string, bigint>();
  private readonly unsettled: { sequence: number; trade: TradeExecuted }[] = [];
  private readonly instructions: SettlementInstruction[] = [];

  constructor(durable: readonly RecordText[]) {
    for (const record of durable) {
      const { sequence } = record;
      for (const event of eventsOf(record)) {
        if (event.type === 'TradeExecuted') this.unsettled.push({ sequence, trade: event });
        if (event.type === 'FundsMoved') this.moveFunds(event);
        if (event.type !== 'SettlementCycleClosed') continue;
        this.close(
          event.markets.map(({ symbol }) => symbol),
          event.throughSequence,
        );
        for (const instruction of event.instructions) this.settle(instruction);
        this.checkNothingIsLeft(sequence);
      }
    }
  }

  /** The custodian has every instruction, as it is, once and settled. */
  checkCustody(records: ReadonlyMap<string, CustodyRecord>): void {
    for (const { instructionId, accountId, asset, amount } of this.instructions) {
      const promised = `SETTLED ${formatId('acc', accountId)} ${formatDecimal(amount, 8)} ${asset}`;
      const record = records.get(formatId('ins', instructionId));
      const found =
        record === undefined ? 'nothing' : `${record.status} ${record.accountId} ${record.amount} ${record.asset}`;
      if (found !== promised) throw discrepancy(`instruction ${instructionId} at the custodian`, promised, found);
    }
    if (records.size > this.instructions.length)
      throw discrepancy('instructions', this.instructions.length, records.size);
  }

  /** Each side that is not the outside world has an instruction of its own. */
  private moveFunds({ transferId, kind, instructionId, fromAccountId, toAccountId, asset, amount }: FundsMoved): void {
    if (instructionId === undefined) throw discrepancy(`instructions of transfer ${transferId}`, 'some', 'none');
    const comes = { instructionId, accountId: toAccountId, asset, amount };
    const goes = { instructionId, accountId: fromAccountId, asset, amount: -amount };
    if (kind === 'DEPOSIT') this.instructions.push(comes);
    else if (kind === 'WITHDRAWAL') this.instructions.push(goes);
    else this.instructions.push(goes, { ...comes, instructionId: instructionId + 1 });
  }

  private close(symbols: readonly string[], through: number): void {
    for (const [at, { sequence, trade }] of [...this.unsettled.entries()].reverse()) {
      if (sequence > through || !symbols.includes(trade.symbol)) continue;
      this.unsettled.splice(at, 1);
      this.add(trade);
    }
  }

  private add(trade: TradeExecuted): void {
    const { base, quote, lotSize } = definition.markets.find(({ symbol }) => symbol === trade.symbol)!;
    const quantity = BigInt(trade.quantityLots) * lotSize;
    const buys = trade.takerSide === 'BUY' ? 1n : -1n;
    const { takerAccountId: taker, makerAccountId: maker } = trade;
    this.move(taker, base, buys * quantity);
    this.move(maker, base, -buys * quantity);
    this.move(taker, quote, -buys * trade.notional - trade.takerFee);
    this.move(maker, quote, buys * trade.notional - trade.makerFee);
    this.move(feesAccountId, quote, trade.takerFee + trade.makerFee);
  }

  private settle(instruction: SettlementInstruction): void {
    this.instructions.push(instruction);
    this.move(instruction.accountId, instruction.asset, -instruction.amount);
  }

  private move(accountId: number, asset: string, amount: bigint): void {
    const key = `${asset} of account ${accountId}`;
    this.nets.set(key, (this.nets.get(key) ?? 0n) + amount);
  }

  private checkNothingIsLeft(sequence: number): void {
    for (const [key, left] of this.nets) {
      if (left !== 0n)
        throw discrepancy(`what the cycle at ${sequence} leaves of the trades of ${key}`, '0', `${left}`);
    }
  }
}
