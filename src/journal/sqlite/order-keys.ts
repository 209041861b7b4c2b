import { setTimeout as pause } from 'node:timers/promises';
import type { JournalRecord } from '../journal.js';
import type { Database } from './database.js';
import { KeyFilter } from './key-filter.js';
import { unkeyedRecordsMax } from './order-projection.js';

/** So many keys of the history are read at once: some two milliseconds. */
const pageKeys = 2_000;
const pauseMs = 10;

const selectKeys = `SELECT account_id, client_order_id FROM client_order_ids
  WHERE (account_id, client_order_id) > (?, ?) ORDER BY account_id, client_order_id LIMIT ${pageKeys}`;
const selectUnkeyed = `SELECT account_id, client_order_id, order_id FROM orders
  WHERE order_id > (SELECT keyed_sequence FROM journal_head) AND client_order_id IS NOT NULL ORDER BY order_id`;

/**
 * Knows of most client order ids that they are new without looking for them, which saves each order a walk
 * through the index of all orders ever placed. What it says of a key holds for what is durable.
 */
export class OrderKeys {
  private readonly filter = new KeyFilter();
  private stopped = false;
  private complete = false;
  /** The orders whose keys may not be in the table of keys yet, oldest first. */
  private readonly recent = new Map<string, number>();

  constructor(private readonly database: Database) {
    for (const { account_id, client_order_id, order_id } of database.statement(selectUnkeyed).iterate()) {
      this.note(Number(account_id), client_order_id as string, Number(order_id));
    }
  }

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

  /** An order of the last thousand records with this key, which the table of keys may not have yet. */
  recentOrder(accountId: number, clientOrderId: string): number | undefined {
    return this.recent.get(keyText(accountId, clientOrderId));
  }

  /** To be told of each batch as soon as it is durable, before anybody is answered. */
  add(batch: readonly JournalRecord[]): void {
    for (const { sequence, command } of batch) {
      if (command.type !== 'PlaceOrder' || command.clientOrderId === undefined) continue;
      this.note(command.accountId, command.clientOrderId, sequence);
    }
    const keyedSequence = batch.at(-1)!.sequence - unkeyedRecordsMax;
    for (const [key, orderId] of this.recent) {
      if (orderId > keyedSequence) break;
      this.recent.delete(key);
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private note(accountId: number, clientOrderId: string, orderId: number): void {
    this.filter.add(accountId, clientOrderId);
    this.recent.set(keyText(accountId, clientOrderId), orderId);
  }

  private loadPage(accountId: number | bigint, clientOrderId: string) {
    const rows = this.database.statement(selectKeys).all(accountId, clientOrderId);
    for (const row of rows) this.filter.add(Number(row.account_id), row.client_order_id as string);
    if (rows.length < pageKeys) return undefined;
    return rows.at(-1) as { account_id: bigint; client_order_id: string };
  }
}

function keyText(accountId: number, clientOrderId: string): string {
  return `${accountId} ${clientOrderId}`;
}
