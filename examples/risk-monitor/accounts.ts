import { decimalOf } from '../decimals.ts';
import { AccountBook, type Standing } from './account-book.ts';
import type { Alerts, Cause } from './alerts.ts';
import { type AccountEvent, type Balances, millisecondsOf } from './exchange-messages.ts';
import { type Limits, limitsOf, severityOf } from './limits.ts';
import type { Marks } from './marks.ts';

/** An event is missing: the stream has to be taken up again. */
export class MissingEvents extends Error {}

/** The books of all accounts, and the alerts that are due for them. */
export class Accounts {
  private readonly books = new Map<string, AccountBook>();
  private readonly limits: Limits;
  private readonly marks: Marks;
  private readonly alerts: Alerts;
  /** Journal sequence from which on the stream is to be read. */
  private resumeAt: number | undefined = undefined;
  private openedAt = 1;

  constructor(limits: Limits, marks: Marks, alerts: Alerts) {
    this.limits = limits;
    this.marks = marks;
    this.alerts = alerts;
  }

  /** Where to take the stream up; `undefined` if it was never read. */
  get resumesAt(): number | undefined {
    return this.resumeAt;
  }

  get size(): number {
    return this.books.size;
  }

  /** Begins anew, with the balances that accounts have; everything up to `sequence` is in the past. */
  open(sequence: number, balances: readonly Balances[]): void {
    this.books.clear();
    for (const opening of balances) {
      this.books.set(opening.accountId, new AccountBook(opening.accountId, this.limits.valuation, opening));
    }
    this.openedAt = sequence + 1;
    this.resumeAt = this.openedAt;
  }

  /** Takes an event, once. Throws `MissingEvents` if another one should have come before it. */
  take(event: AccountEvent): void {
    const book = this.books.get(event.accountId) ?? new AccountBook(event.accountId, this.limits.valuation);
    const { expected } = book;
    if (expected !== undefined && event.accountSequence < expected) return;
    if (expected !== undefined && event.accountSequence > expected) throw this.missing(book, event);
    this.books.set(event.accountId, book);
    const cause = { sequence: event.sequence, atMs: millisecondsOf(event.time) };
    const differing = book.take(event, (symbol) => this.marks.market(symbol));
    this.resumeAt = Math.max(this.resumeAt ?? 0, event.sequence);
    if (event.balance !== undefined) this.reportBooks(book, event.balance, differing !== undefined, cause);
    this.examine(book, cause);
  }

  /** Prices are others: every account is worth something else. */
  revalue(cause: Cause): void {
    for (const book of this.books.values()) this.examine(book, cause);
  }

  /** How every account stands, or one; without a standing, where something that it has cannot be valued. */
  *standings(accountId?: string): Generator<{ book: AccountBook; standing: Standing | undefined }> {
    const one = accountId === undefined ? undefined : this.books.get(accountId);
    const books = accountId === undefined ? [...this.books.values()] : [one].filter((book) => book !== undefined);
    for (const book of books) yield { book, standing: book.standing(this.marks) };
  }

  private missing({ accountId, expected, sequence }: AccountBook, event: AccountEvent): MissingEvents {
    // Of an account that was not there at the beginning nothing came before that.
    this.resumeAt = sequence === 0 ? this.openedAt : sequence;
    return new MissingEvents(
      `${accountId}: after event ${expected! - 1} came ${event.accountSequence}; reading again from record ${this.resumeAt}`,
    );
  }

  private examine(book: AccountBook, cause: Cause): void {
    const standing = book.standing(this.marks);
    if (standing === undefined) return;
    this.reportExposure(book.accountId, standing, cause);
    this.reportDrawdown(book.accountId, standing, cause);
  }

  private reportExposure(subject: string, { exposure }: Standing, cause: Cause): void {
    const { valuation, warnAtPercent } = this.limits;
    const limit = limitsOf(subject, this.limits).exposure;
    const severity = severityOf(exposure, limit, warnAtPercent);
    const detail = () =>
      `It has assets worth ${decimalOf(exposure)} ${valuation}, of ${decimalOf(limit)} ${valuation} that it may have.`;
    this.alerts.report({ kind: 'EXPOSURE', subject, severity, detail, cause });
  }

  private reportDrawdown(subject: string, { equity, peak }: Standing, cause: Cause): void {
    const { valuation, warnAtPercent } = this.limits;
    const percent = limitsOf(subject, this.limits).drawdownPercent;
    const severity = peak === 0n ? undefined : severityOf((peak - equity) * 100n, peak * percent, warnAtPercent);
    const detail = () =>
      `It is worth ${decimalOf(equity)} ${valuation}, after ${decimalOf(peak)} ${valuation}, and may lose ${percent} per cent.`;
    this.alerts.report({ kind: 'DRAWDOWN', subject, severity, detail, cause });
  }

  private reportBooks(
    { accountId }: AccountBook,
    { asset, total }: NonNullable<AccountEvent['balance']>,
    differ: boolean,
    cause: Cause,
  ): void {
    const subject = `${accountId} ${asset}`;
    const severity = differ ? 'CRITICAL' : undefined;
    const detail = () =>
      `The exchange says that it has ${total} ${asset}; its fills and transfers come to something else.`;
    this.alerts.report({ kind: 'BOOKS_DIFFER', subject, severity, detail, cause });
  }
}
