import { accountFacts } from '../account-facts.js';
import type { RecordedEvents } from '../queries.js';
import type { Database } from './database.js';
import { touchedAccounts } from './touched-accounts.js';

/** The accounts whose last number is kept in memory: those that trade, while the others wait in the table. */
const keptAccountsMax = 10_000;

const insertAccountRecord = `INSERT INTO account_records (account_id, sequence, last_event, first_trade_id,
  last_trade_id, first_posting_id, last_posting_id) VALUES (?, ?, ?, ?, ?, ?, ?)`;
const selectLastEvent = `SELECT last_event FROM account_records WHERE account_id = ?
  ORDER BY sequence DESC LIMIT 1`;

/** The first and the last of ids that follow each other; null where there are none. */
export type IdsInARow = readonly [number, number] | readonly [null, null];

/** Which records touch which accounts, what they led to, and the numbers of the accounts' events. */
export class AccountRecordProjection {
  /** The number of the last event of accounts, the one that was used longest ago first. */
  private readonly lastEvents = new Map<number, number>();

  constructor(private readonly database: Database) {}

  fold(record: RecordedEvents, postings: IdsInARow): void {
    const trades = tradesOf(record);
    const counts = new Map<number, number>();
    for (const accountId of touchedAccounts(record.events)) counts.set(accountId, 0);
    for (const { accountId } of accountFacts(record)) counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    for (const [accountId, count] of counts) {
      const lastEvent = this.lastEvent(accountId) + count;
      this.database.statement(insertAccountRecord).run(accountId, record.sequence, lastEvent, ...trades, ...postings);
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

function tradesOf({ events }: RecordedEvents): IdsInARow {
  const trades = events.filter((event) => event.type === 'TradeExecuted');
  const [first, last] = [trades[0], trades.at(-1)];
  return first === undefined || last === undefined ? [null, null] : [first.tradeId, last.tradeId];
}
