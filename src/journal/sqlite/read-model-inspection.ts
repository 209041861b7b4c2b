import { genesisHash } from '../record-hash.js';
import { Database } from './database.js';
import { type InspectedRecord, type Inspection, Misfit } from './inspection.js';
import { Projection } from './projection.js';
import { createSchema } from './schema.js';
import { firstDifference, readModelTables } from './table-comparison.js';

const cacheKib = 16 * 1024;
/** What happened to an order within so many records is gathered in memory before it is written. */
const recordsPerFlush = 1_000;
/** SQLite takes an empty name for a file of its own among the temporary ones, which is gone when it is closed. */
const temporaryFile = '';

/**
 * Builds the whole read model once more, from the journal alone, and compares it with what is kept, row by
 * row. It does so in a temporary file, so that memory does not grow with the history.
 */
export class ReadModelInspection implements Inspection {
  readonly name = 'read-model';
  private readonly rebuilt = new Database(temporaryFile, { cacheKib });
  private readonly projection: Projection;
  private sequence = 0;

  constructor(private readonly kept: Database) {
    this.rebuilt.connection.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;');
    createSchema(this.rebuilt, { hash: genesisHash });
    this.projection = new Projection(this.rebuilt);
    this.rebuilt.connection.exec('BEGIN');
  }

  visit({ sequence, text, events, balances }: InspectedRecord): void {
    const balanceOwners = balances.map(({ accountId }) => accountId);
    this.projection.fold({ sequence, time: text.time, events, balanceOwners });
    this.sequence = sequence;
    if (sequence % recordsPerFlush === 0) this.projection.flush(sequence, recordsPerFlush);
  }

  conclude(): string {
    this.projection.flush(this.sequence, 0);
    const noted = this.kept.statement('SELECT posting_id, keyed_sequence FROM journal_head').get()!;
    this.rebuilt.statement('DELETE FROM client_order_ids WHERE order_id > ?').run(noted.keyed_sequence as bigint);
    let rows = 0;
    for (const table of readModelTables) {
      const compared = firstDifference(table, this.rebuilt, this.kept);
      if (typeof compared === 'string') throw new Misfit(compared);
      rows += compared;
    }
    const { lastPostingId } = this.projection;
    if (noted.posting_id !== BigInt(lastPostingId)) {
      throw new Misfit(`The last posting is ${lastPostingId}, but ${noted.posting_id} is noted`);
    }
    return `All ${rows} rows of ${readModelTables.length} tables follow from the journal.`;
  }

  close(): void {
    this.rebuilt.close();
  }
}
