import type { CutOffTimes } from '../config/settlement-settings.js';
import { type BusinessDays, type Day, dayMs } from './business-days.js';

/** Trades up to a time that settle on one day, which has come. */
export interface DueTrades {
  readonly settlementDay: Day;
  /** Trades before this, in milliseconds since 1970. */
  readonly before: number;
}

/** When trades settle. All times are in UTC, in milliseconds since 1970. */
export class SettlementCalendar {
  constructor(
    private readonly cutOff: CutOffTimes,
    private readonly isBusinessDay: BusinessDays,
  ) {}

  /** When a trade settles that was made at a time, in a market that takes so many business days. */
  settlementDay(time: number, days: number): Day {
    return this.settlementDayOf(this.tradeDay(time), days);
  }

  /** The next time at which trades are netted. An interval counts from the start of the process. */
  nextCutOff(now: number): number {
    if (this.cutOff.kind === 'every') return now + this.cutOff.intervalMs;
    return this.endOf(this.tradeDay(now));
  }

  /**
   * What is due of the trades from one time until now, in the order of their days. `asOf` may be a later time
   * than now: what will be due then is due.
   */
  *due(from: number, now: number, days: number, asOf = now): Iterable<DueTrades> {
    const last = this.tradeDay(now);
    for (let day = this.tradeDay(from); day <= last; day += 1) {
      const settlementDay = this.settlementDayOf(day, days);
      if (this.dueAt(settlementDay) > asOf) return;
      // Trades of days that are no business days settle together with those of the next one.
      while (day < last && this.settlementDayOf(day + 1, days) === settlementDay) day += 1;
      yield { settlementDay, before: Math.min(this.endOf(day), now + 1) };
    }
  }

  /** From when on trades are due that settle on a day. */
  dueAt(day: Day): number {
    return day * dayMs + (this.cutOff.kind === 'daily' ? this.cutOff.timeOfDayMs : 0);
  }

  /** With a cut-off once a day, what comes after it belongs to the next day. */
  private tradeDay(time: number): Day {
    if (this.cutOff.kind === 'every') return Math.floor(time / dayMs);
    return Math.floor((time - this.cutOff.timeOfDayMs) / dayMs) + 1;
  }

  private endOf(tradeDay: Day): number {
    return this.cutOff.kind === 'every' ? (tradeDay + 1) * dayMs : tradeDay * dayMs + this.cutOff.timeOfDayMs;
  }

  /** The so manieth business day after the trade's own; of 0, the trade's own or the next business day after it. */
  private settlementDayOf(tradeDay: Day, days: number): Day {
    let day = tradeDay;
    if (days === 0) while (!this.isBusinessDay(day)) day += 1;
    for (let left = days; left > 0; left -= 1) {
      day += 1;
      while (!this.isBusinessDay(day)) day += 1;
    }
    return day;
  }
}
