import { decimalOf } from '../decimals.ts';
import type { Alerts, Cause } from './alerts.ts';
import { millisecondsOf, type TickerMessage } from './exchange-messages.ts';
import { type Limits, severityOf } from './limits.ts';
import type { Marks } from './marks.ts';

/** A message is missing: the stream has to be opened again. */
export class MissingMessages extends Error {}

/** Takes the newest prices, and raises the alerts that are due for markets. */
export class Prices {
  private readonly limits: Limits;
  private readonly marks: Marks;
  private readonly alerts: Alerts;
  /** The journal sequence of each market's newest ticker. */
  private readonly seen = new Map<string, number>();

  constructor(limits: Limits, marks: Marks, alerts: Alerts) {
    this.limits = limits;
    this.marks = marks;
    this.alerts = alerts;
  }

  /**
   * Gives when and where in the journal that was; `undefined` for what is not new. Throws `MissingMessages` if there
   * was something in between: it might have been the last price for a long time.
   */
  take({ symbol, ticker, lastSequence, previousLastSequence, time }: TickerMessage): Cause | undefined {
    const seen = this.seen.get(symbol) ?? 0;
    if (lastSequence <= seen) return undefined;
    if (previousLastSequence !== undefined && previousLastSequence > seen) {
      throw new MissingMessages(`${symbol}: after ticker ${seen} came the one after ${previousLastSequence}`);
    }
    this.seen.set(symbol, lastSequence);
    const cause = { sequence: lastSequence, atMs: millisecondsOf(time) };
    if (ticker.referencePrice !== undefined) this.marks.mark(symbol, ticker.referencePrice);
    this.reportStale(symbol, ticker, cause);
    this.reportPeg(symbol, cause);
    return cause;
  }

  private reportStale(subject: string, { stale, staleSince, referencePrice }: TickerMessage['ticker'], cause: Cause) {
    const since = staleSince === undefined ? 'some time' : new Date(millisecondsOf(staleSince)).toISOString();
    const detail = () => `Since ${since} there has been no new price; the last one was ${referencePrice}.`;
    this.alerts.report({ kind: 'PRICE_STALE', subject, severity: stale ? 'CRITICAL' : undefined, detail, cause });
  }

  private reportPeg(subject: string, cause: Cause): void {
    const peg = this.limits.pegs.find(({ symbol }) => symbol === subject);
    const price = this.marks.price(subject);
    if (peg === undefined || price === undefined) return;
    const distance = price > peg.price ? price - peg.price : peg.price - price;
    const severity = severityOf(distance * 10_000n, peg.price * peg.deviationBps, this.limits.warnAtPercent);
    const detail = () =>
      `Its price is ${decimalOf(price)}, and may be ${peg.deviationBps} basis points from ${decimalOf(peg.price)}.`;
    this.alerts.report({ kind: 'PEG_BROKEN', subject, severity, detail, cause });
  }
}
