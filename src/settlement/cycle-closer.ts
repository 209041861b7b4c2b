import type { NetObligation } from '../engine/command.js';
import type { Market } from '../engine/matching/market.js';
import { amountMax } from '../engine/money.js';
import type { Origin } from '../journal/journal.js';
import type { Venue } from '../venue/venue.js';
import { dateText } from './business-days.js';
import type { SettlementCalendar } from './settlement-calendar.js';

/** A cycle with more instructions than these is closed as several, each of a part of the records. */
export const instructionsPerCycleMax = 5_000;

export interface ClosedCycle {
  readonly sequence: number;
  readonly settlementDate: string;
  readonly instructions: number;
}

/** Markets whose trades are netted together. */
interface Group {
  readonly settlementDays: number;
  readonly symbols: readonly string[];
  /** Up to this record they are in cycles, or come to nothing. */
  after: number;
}

/** Nets the trades that are due into instructions, as commands of the venue. */
export class CycleCloser {
  /** Up to where the trades of a market that are in no cycle come to nothing. It saves adding them up again. */
  private readonly emptyThrough = new Map<string, number>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly venue: Venue,
    private readonly calendar: SettlementCalendar,
    private readonly instructionsMax = instructionsPerCycleMax,
  ) {}

  /**
   * Closes the cycles that are due now, or that will be at a later time. One call runs at a time. Rejects with
   * `VenueUnavailable` if commands are not taken; what was closed by then stays so.
   */
  close(origin: Origin, asOf?: number): Promise<readonly ClosedCycle[]> {
    const closed = this.last.then(() => this.closeNow(origin, asOf));
    this.last = closed.catch(() => undefined);
    return closed;
  }

  private async closeNow(origin: Origin, asOf?: number): Promise<readonly ClosedCycle[]> {
    const through = await this.venue.durable();
    const now = this.venue.now();
    const closed: ClosedCycle[] = [];
    for (const group of this.groups()) {
      const from = await this.venue.queries.settlement.timeOf(group.after + 1);
      if (group.after >= through || from === undefined) continue;
      for (const { settlementDay, before } of this.calendar.due(from, now, group.settlementDays, asOf)) {
        const end = before > now ? through : await this.venue.queries.settlement.lastSequenceBefore(before);
        const parts = this.closeRange(group, end, dateText(settlementDay), origin);
        for await (const cycle of parts) closed.push(cycle);
        if (this.isCrowded) return closed;
      }
    }
    return closed;
  }

  private groups(): Group[] {
    const markets = [...this.venue.exchange.markets].map(([symbol, market]) => ({
      symbol,
      settlementDays: market.instrument.definition.settlementDays ?? 0,
      after: this.afterOf(symbol, market),
    }));
    const groups = Map.groupBy(markets, ({ settlementDays, after }) => `${settlementDays} ${after}`);
    return [...groups.values()].map((members) => ({
      settlementDays: members[0]!.settlementDays,
      after: members[0]!.after,
      symbols: members.map(({ symbol }) => symbol),
    }));
  }

  private afterOf(symbol: string, { settledThrough }: Market): number {
    return Math.max(settledThrough, this.emptyThrough.get(symbol) ?? 0);
  }

  /** A range that comes to more than one cycle may hold is closed from its front, part by part. */
  private async *closeRange(
    group: Group,
    through: number,
    settlementDate: string,
    origin: Origin,
  ): AsyncIterable<ClosedCycle> {
    while (group.after < through && !this.isCrowded) {
      const { end, nets: instructions } = await this.fittingPart(group, through);
      group.after = end;
      if (instructions.length > 0) {
        const command = { type: 'CloseSettlementCycle', settlementDate, symbols: group.symbols } as const;
        const receipt = await this.venue.submit({ ...command, throughSequence: end, instructions }, origin);
        if (receipt.reject !== undefined) throw new Error(receipt.reject.reason);
        yield { sequence: receipt.sequence, settlementDate, instructions: instructions.length };
      }
      for (const symbol of group.symbols) this.emptyThrough.set(symbol, end);
    }
  }

  private get isCrowded(): boolean {
    return this.venue.exchange.state.settlement.isCrowded;
  }

  /** One record alone is taken whatever it comes to. */
  private async fittingPart(group: Group, through: number): Promise<{ end: number; nets: readonly NetObligation[] }> {
    for (let end = through; ; end = group.after + Math.floor((end - group.after) / 2)) {
      const nets = await this.netsOf(group, end);
      if (end - group.after <= 1 || (nets.length <= this.instructionsMax && nets.every(isKept))) return { end, nets };
    }
  }

  private netsOf({ symbols, after }: Group, throughSequence: number): Promise<readonly NetObligation[]> {
    return this.venue.queries.settlement.nets({
      markets: symbols.map((symbol) => ({ symbol, afterSequence: after })),
      throughSequence,
      everyMarket: symbols.length === this.venue.exchange.markets.size,
    });
  }
}

/** What one account turned over may come to more than the journal keeps as one amount. */
function isKept({ amount }: NetObligation): boolean {
  return amount <= amountMax && amount >= -amountMax;
}
