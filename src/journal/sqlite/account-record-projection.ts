import type { Stamp } from '../../engine/command.js';
import type { Event } from '../../engine/event.js';
import { accountFacts } from '../account-facts.js';
import { newestFirst, spanBits } from './account-spans.js';
import type { Database } from './database.js';
import { touchedAccounts } from './touched-accounts.js';

/** The accounts whose last record is kept in memory: those that trade, while the others wait in the table. */
const keptAccountsMax = 10_000;

const insertSpan = 'INSERT INTO account_spans (account_id, span) VALUES (?, ?)';
const insertAccountRecord = `INSERT INTO account_records (span, account_id, sequence, last_event, first_trade_id,
  last_trade_id, first_posting_id, last_posting_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const selectLast = `SELECT span, last_event FROM account_history WHERE holder_id = ? ORDER BY ${newestFirst} LIMIT 1`;

/** What of a record becomes rows. */
export interface ProjectedRecord extends Stamp {
  readonly events: readonly Event[];
  /** Whose balance each of those after the record is. */
  readonly balanceOwners: readonly number[];
}

/** Where the records of an account end. */
interface LastRecord {
  readonly span: number;
  readonly event: number;
}

/** Which records touch which accounts, what they led to, and the numbers of the accounts' events. */
export class AccountRecordProjection {
  /** Of accounts, the one that was used longest ago first. */
  private readonly lastRecords = new Map<number, LastRecord>();

  constructor(private readonly database: Database) {}

  /** The record's postings have the ids from the first to the last, which comes before the first if there are none. */
  fold({ sequence, events, balanceOwners }: ProjectedRecord, firstPostingId: number, lastPostingId: number): void {
    const [firstTradeId, lastTradeId] = tradesOf(events);
    const span = Math.floor(sequence / 2 ** spanBits);
    const counts = new Map<number, number>();
    const count = (accountId: number) => counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    for (const accountId of touchedAccounts(events)) counts.set(accountId, 0);
    for (const { accountId } of accountFacts({ events, balances: [] })) count(accountId);
    // Each balance after the record is one fact more.
    for (const accountId of balanceOwners) count(accountId);
    for (const [accountId, facts] of counts) {
      const last = this.last(accountId);
      const event = last.event + facts;
      if (last.span !== span) this.database.statement(insertSpan).run(accountId, span);
      this.database
        .statement(insertAccountRecord)
        .run(span, accountId, sequence, event, firstTradeId, lastTradeId, firstPostingId, lastPostingId);
      this.keep(accountId, { span, event });
    }
  }

  /** After a rollback. */
  forget(): void {
    this.lastRecords.clear();
  }

  private last(accountId: number): LastRecord {
    const kept = this.lastRecords.get(accountId);
    if (kept !== undefined) return kept;
    const row = this.database.statement(selectLast).get(accountId);
    return row === undefined ? { span: -1, event: 0 } : { span: Number(row.span), event: Number(row.last_event) };
  }

  private keep(accountId: number, last: LastRecord): void {
    this.lastRecords.delete(accountId);
    this.lastRecords.set(accountId, last);
    if (this.lastRecords.size <= keptAccountsMax) return;
    for (const [oldest] of this.lastRecords) {
      this.lastRecords.delete(oldest);
      return;
    }
  }
}

function tradesOf(events: readonly Event[]): readonly [number, number] | readonly [null, null] {
  const trades = events.filter((event) => event.type === 'TradeExecuted');
  const [first, last] = [trades[0], trades.at(-1)];
  return first === undefined || last === undefined ? [null, null] : [first.tradeId, last.tradeId];
}
