import { setTimeout as pause } from 'node:timers/promises';
import type { JournalRecord } from '../journal.js';
import type { Database } from './database.js';
import { KeyFilter } from './key-filter.js';

/** So many keys of the history are read at once: some two milliseconds. */
const pageKeys = 2_000;
const pauseMs = 10;

const selectKeys = `SELECT account_id, client_order_id FROM orders
  WHERE client_order_id IS NOT NULL AND (account_id, client_order_id) > (?, ?)
  ORDER BY account_id, client_order_id LIMIT ${pageKeys}`;

/**
 * Knows of most client order ids that they are new without looking for them, which saves each order a walk
 * through the index of all orders ever placed. What it says of a key holds for what is durable.
 */
export class OrderKeys {
  private readonly filter = new KeyFilter();
  private stopped = false;
  private complete = false;

  constructor(private readonly database: Database) {}

  /** Reads the keys of the history bit by bit, while orders are already taken; until then no key is known to be new. */
  async load(): Promise<void> {
    let last: { account_id: number | bigint; client_order_id: string } | undefined = {
      account_id: 0,
      client_order_id: '',
    };
    while (last !== undefined && !this.stopped) {
      last = this.loadPage(last.account_id, last.client_order_id);
      if (last !== undefined) await pause(pauseMs, undefined, { ref: false });
    }
    this.complete = !this.stopped;
  }

  isNew(accountId: number, clientOrderId: string): boolean {
    return this.complete && !this.filter.mayHave(accountId, clientOrderId);
  }

  /** To be told of each batch as soon as it is durable, before anybody is answered. */
  add(batch: readonly JournalRecord[]): void {
    for (const { command } of batch) {
      if (command.type !== 'PlaceOrder' || command.clientOrderId === undefined) continue;
      this.filter.add(command.accountId, command.clientOrderId);
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private loadPage(accountId: number | bigint, clientOrderId: string) {
    const rows = this.database.statement(selectKeys).all(accountId, clientOrderId);
    for (const row of rows) this.filter.add(Number(row.account_id), row.client_order_id as string);
    if (rows.length < pageKeys) return undefined;
    return rows.at(-1) as { account_id: bigint; client_order_id: string };
  }
}
