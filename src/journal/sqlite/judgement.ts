import { Exchange } from '../../engine/exchange.js';
import { judgeOrder, type OrderJudgement } from '../../engine/risk/judgement.js';
import { restoreSnapshot, type Snapshot } from '../../engine/snapshot.js';
import { JournalDamaged } from '../journal.js';
import { decodeCommand, decodeEvents } from '../record-codec.js';
import type { SnapshotStore } from '../snapshots.js';
import { type Database, openReadable } from './database.js';
import { openForReading } from './verification.js';

const selectEvents = 'SELECT sequence, time, events FROM journal WHERE sequence > ? AND sequence < ? ORDER BY sequence';
const selectPlacing = 'SELECT time, command, events FROM journal WHERE sequence = ?';

/**
 * Takes an exchange to the record right before an order's, from the newest snapshot before that, and asks the rules
 * about the order once more. It takes as long as the records in between: whoever asks sets a limit.
 */
export async function judgeInFile(
  path: string,
  snapshots: SnapshotStore | undefined,
  orderId: number,
): Promise<OrderJudgement> {
  const database = openReadable(path, () => openForReading(path));
  try {
    const exchange = await exchangeBefore(database, snapshots, orderId);
    const row = database.statement(selectPlacing).get(orderId);
    const command = decodeCommand(String(row?.command));
    if (command.type !== 'PlaceOrder') throw new JournalDamaged(`record ${orderId} places no order`, orderId);
    const events = decodeEvents(String(row?.events));
    return judgeOrder(exchange, { sequence: orderId, time: Number(row?.time), command, events });
  } finally {
    database.close();
  }
}

async function exchangeBefore(
  database: Database,
  snapshots: SnapshotStore | undefined,
  sequence: number,
): Promise<Exchange> {
  const exchange = (await newestBefore(database, snapshots, sequence)) ?? new Exchange();
  for (const row of database.statement(selectEvents).iterate(exchange.sequence, sequence)) {
    exchange.apply(decodeEvents(String(row.events)), { sequence: Number(row.sequence), time: Number(row.time) });
  }
  return exchange;
}

/** One that is damaged, or of another journal, is passed over: `verify` tells of it. */
async function newestBefore(
  database: Database,
  snapshots: SnapshotStore | undefined,
  sequence: number,
): Promise<Exchange | undefined> {
  if (snapshots === undefined) return undefined;
  for await (const kept of snapshots.newestFirst()) {
    if ('damaged' in kept || kept.sequence >= sequence) continue;
    const row = database.statement('SELECT hash FROM journal WHERE sequence = ?').get(kept.sequence);
    if (row?.hash === kept.recordHash) return restoreSnapshot(JSON.parse(kept.state) as Snapshot);
  }
  return undefined;
}
