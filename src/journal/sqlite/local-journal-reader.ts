import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { VenueDefinition } from '../../engine/instrument.js';
import type { Amount } from '../../engine/money.js';
import type { JournalHead, JournalReader, SealedRecord } from '../journal.js';
import { entryId, entryOf, postingSides, postingsOf, type UncountedEntry } from '../postings.js';
import type { LedgerRow, OrderRow, TradeRow } from '../queries.js';
import { decodeVenue } from '../record-codec.js';
import { Chain, headOf } from './chain.js';
import { checkedRecords } from './checked-records.js';
import { Database, openReadable } from './database.js';
import { eventText, recordedEvents } from './event-pages.js';
import { KnownMarkets } from './known-markets.js';
import { ReadModel } from './read-model.js';
import { orderRow, type StoredRow, tradeRow } from './rows.js';
import { assertSchema } from './schema.js';

/** The journal's file within a data directory. */
export const journalFile = 'journal.sqlite';

const cacheKib = 4 * 1024;

/** Reads a journal on the thread that asks: for the command line, and for a journal in memory. */
export class LocalJournalReader implements JournalReader {
  /**
   * Opens a data directory without a server and without its lock; what a running server commits meanwhile
   * is seen. Throws `JournalDamaged` for a file that cannot be read, and an error that says so where there
   * is no journal, or one of another version.
   */
  static open(dataDirectory: string): LocalJournalReader {
    const path = join(dataDirectory, journalFile);
    if (!existsSync(path)) throw new Error(`there is no journal in ${dataDirectory}`);
    return openReadable(path, () => {
      const database = new Database(path, { readOnly: true, cacheKib });
      assertSchema(database);
      return new LocalJournalReader(database);
    });
  }

  readonly queries: ReadModel;
  private readonly chain: Chain;

  constructor(private readonly database: Database) {
    this.queries = new ReadModel(database);
    this.chain = new Chain(database);
  }

  head(): JournalHead {
    return headOf(this.database);
  }

  async hashAt(sequence: number): Promise<string> {
    return this.chain.linkAt(sequence).hash;
  }

  verifyChain(afterSequence: number, onProgress?: (sequence: number) => void): Promise<JournalHead> {
    return this.chain.verify(afterSequence, onProgress);
  }

  read(afterSequence: number): AsyncIterable<SealedRecord> {
    return checkedRecords(this.chain, afterSequence);
  }

  /** What was configured last; `undefined` in an empty journal. */
  venue(): VenueDefinition | undefined {
    const row = this.database.statement(`SELECT value FROM meta WHERE key = 'venue'`).get();
    return row && decodeVenue(row.value as string);
  }

  /** Every order in the order of their placing, without its fills. One row is in memory at a time. */
  orders(): Iterable<Omit<OrderRow, 'fills'>> {
    return this.rows('SELECT * FROM orders ORDER BY order_id', (row) => {
      const { fills: _, ...order } = orderRow(row, []);
      return order;
    });
  }

  /** Every trade of every market, in the order of their execution. */
  trades(): Iterable<TradeRow> {
    return this.rows('SELECT * FROM trades ORDER BY trade_id', tradeRow);
  }

  /** Every ledger entry, the venue's own accounts included, in the order of their making: each posting from both sides. */
  *ledgerEntries(): Iterable<LedgerRow> {
    const markets = new KnownMarkets(this.database);
    const balances = new Map<string, Amount>();
    let postingId = 0;
    for (const record of this.rows('SELECT * FROM journal ORDER BY sequence', (row) =>
      recordedEvents(eventText(row)),
    )) {
      for (const posting of postingsOf(record.events, markets.of)) {
        postingId += 1;
        for (const side of postingSides) {
          const entry = entryOf(posting, side, record);
          yield { ...entry, entryId: entryId(postingId, side), balance: balanceAfter(entry, balances) };
        }
      }
    }
  }

  async close(): Promise<void> {
    this.database.close();
  }

  private *rows<Row>(sql: string, map: (row: StoredRow) => Row): Iterable<Row> {
    for (const row of this.database.statement(sql).iterate()) yield map(row);
  }
}

/** Whoever walks through all entries counts along. */
function balanceAfter({ accountId, asset, amount }: UncountedEntry, balances: Map<string, Amount>): Amount {
  const key = `${accountId} ${asset}`;
  const balance = (balances.get(key) ?? 0n) + amount;
  balances.set(key, balance);
  return balance;
}
