import type { DatabaseSync } from 'node:sqlite';
import type { SealedText } from '../record-codec.js';
import { hashOfRecord } from '../record-hash.js';

/** What somebody with the source at hand would do: every record gets the hash that it should have. */
export function reseal(database: DatabaseSync): void {
  let previousHash = '0'.repeat(64);
  const update = database.prepare('UPDATE journal SET previous_hash = ?, hash = ? WHERE sequence = ?');
  for (const row of database.prepare('SELECT * FROM journal ORDER BY sequence').all()) {
    const sealed = hashOfRecord(previousHash, row as unknown as SealedText);
    update.run(previousHash, sealed, row.sequence as number);
    previousHash = sealed;
  }
  database.prepare('UPDATE journal_head SET hash = ?').run(previousHash);
}
