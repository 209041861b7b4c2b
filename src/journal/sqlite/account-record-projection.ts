import type { Stamp } from '../../engine/command.js';
import type { Event } from '../../engine/event.js';
import { accountFacts } from '../account-facts.js';
import type { Database } from './database.js';
import { touchedAccounts } from './touched-accounts.js';

/** The accounts whose last number is kept in memory: those that trade, while the others wait in the table. */
const keptAccountsMax = 10_000;

const insertAccountRecord = `INSERT INTO account_records (account_id, sequence, last_event, first_trade_id,
  last_trade_id, first_posting_id, last_posting_id) VALUES (?, ?, ?, ?, ?, ?, ?)`;
const selectLastEvent = `SELECT last_event FROM account_records WHERE account_id = ?
  ORDER BY sequence DESC LIMIT 1`;

/** What of a record becomes rows. */
export interface ProjectedRecord extends Stamp {
  readonly events: readonly Event[];
  /** Whose balance each of those after the record is. */
  readonly balanceOwners: readonly number[];
}

/** Which records touch which accounts, what they led to, and the numbers of the accounts' events. */
export class AccountRecordProjection {
  /** The number of the last event of accounts, the one that was used longest ago first. */
  private readonly lastEvents = new Map<number, number>();

  constructor(private readonly database: Database) {}

  /** The record's postings have the ids from the first to the last, which comes before the first if there are none. */
  fold({ sequence, events, balanceOwners }: ProjectedRecord, firstPostingId: number, lastPostingId: number): void {
    const [firstTradeId, lastTradeId] = tradesOf(events);
    const counts = new Map<number, number>();
    const count = (accountId: number) => counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    for (const accountId of touchedAccounts(events)) counts.set(accountId, 0);
    for (const { accountId } of accountFacts({ events, balances: [] })) count(accountId);
    // Each balance after the record is one fact more.
    for (const accountId of balanceOwners) count(accountId);
    for (const [accountId, facts] of counts) {
      const lastEvent = this.lastEvent(accountId) + facts;
      this.database
        .statement(insertAccountRecord)
        .run(accountId, sequence, lastEvent, firstTradeId, lastTradeId, firstPostingId, lastPostingId);
      this.keep(accountId, lastEvent);
    }
  }

  /** After a rollback. */
  forget(): void {
    this.lastEvents.clear();
  }

  private lastEvent(accountId: number): number {
    const kept = this.lastEvents.get(accountId);
    if (kept !== undefined) return kept;
    return Number(this.database.statement(selectLastEvent).get(accountId)?.last_event ?? 0);
  }

  private keep(accountId: number, lastEvent: number): void {
    this.lastEvents.delete(accountId);
    this.lastEvents.set(accountId, lastEvent);
    if (this.lastEvents.size <= keptAccountsMax) return;
    for (const [oldest] of this.lastEvents) {
      this.lastEvents.delete(oldest);
      return;
    }
  }
}

function tradesOf(events: readonly Event[]): readonly [number, number] | readonly [null, null] {
  const trades = events.filter((event) => event.type === 'TradeExecuted');
  const [first, last] = [trades[0], trades.at(-1)];
  return first === undefined || last === undefined ? [null, null] : [first.tradeId, last.tradeId];
}
