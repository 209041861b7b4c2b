import type { Check, JournalHead, LiveState, VerificationReport } from '../journal.js';
import { JournalDamaged } from '../journal.js';
import type { SnapshotStore } from '../snapshots.js';
import { Chain, headOf } from './chain.js';
import { Database, openReadable } from './database.js';
import { InspectedRecord, type Inspection, Misfit, OngoingInspection } from './inspection.js';
import { LedgerInspection } from './ledger-inspection.js';
import { ReadModelInspection } from './read-model-inspection.js';
import { ReplayInspection, StateInspection } from './replay-inspection.js';
import { assertSchema } from './schema.js';
import { SettlementInspection } from './settlement-inspection.js';
import { claimsOf, SnapshotInspection } from './snapshot-inspection.js';

const cacheKib = 16 * 1024;
const pageRecords = 1_000;

export interface VerificationOptions {
  /** The journal's file. */
  readonly path: string;
  readonly snapshots?: SnapshotStore;
  /** What a running exchange had when the verification was asked for. */
  readonly live?: LiveState;
  /** Told every thousand records how many of how many have been checked. */
  onProgress?(sequence: number, headSequence: number): void;
}

/**
 * Checks a journal's file in every way that there is. It only reads, from one unchanging view of the file,
 * so it may be called while a server writes; until it is done, that server's log file is not shortened.
 * What is wrong is a finding in the report; it throws, with the file's name, where there is no journal to check. The journal
 * passes by in pages: what stays in memory grows with accounts and open orders, not with history.
 */
export async function verifyFile(options: VerificationOptions): Promise<VerificationReport> {
  const claims = await claimsOf(options.snapshots);
  const database = openReadable(options.path, () => openForReading(options.path));
  let readModel: ReadModelInspection | undefined;
  try {
    // The view that all that follows is read from begins with the first SELECT after this.
    database.connection.exec('BEGIN');
    readModel = new ReadModelInspection(database);
    const replay = new ReplayInspection();
    const state = new StateInspection(replay.exchange, options.live);
    return inspect(database, options, [
      replay,
      state,
      new LedgerInspection(database, state.exchange),
      new SettlementInspection(database),
      readModel,
      new SnapshotInspection(claims, state.exchange),
      new FileInspection(database),
    ]);
  } finally {
    readModel?.close();
    database.close();
  }
}

/** A connection that only reads; a file that is no journal of this version is refused. */
export function openForReading(path: string): Database {
  const database = new Database(path, { readOnly: true, cacheKib });
  try {
    assertSchema(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function inspect(
  database: Database,
  options: VerificationOptions,
  inspections: readonly Inspection[],
): VerificationReport {
  const ongoing = inspections.map((inspection) => new OngoingInspection(inspection));
  const walked = walk(database, options, ongoing);
  const checks = [
    walked.check,
    ...ongoing.map((each) =>
      walked.check.ok ? each.conclude() : each.abandon('Not checked to the end, because the hash chain is broken.'),
    ),
  ];
  const { sequence, hash } = walked.last;
  return { ok: checks.every(({ ok }) => ok), records: sequence, headSequence: sequence, headHash: hash, checks };
}

/** Shows every record that fits the chain to the inspections, up to the first that does not. */
function walk(
  database: Database,
  { onProgress }: VerificationOptions,
  ongoing: readonly OngoingInspection[],
): { check: Check; last: JournalHead } {
  const name = 'hash-chain';
  const chain = new Chain(database);
  let last = chain.linkAt(0);
  try {
    const head = headOf(database);
    for (;;) {
      const before = last.sequence;
      chain.walk(last, pageRecords, (text) => {
        const record = new InspectedRecord(text);
        for (const each of ongoing) each.visit(record);
        last = { sequence: text.sequence, time: text.time, hash: text.hash };
      });
      if (last.sequence === before) break;
      onProgress?.(last.sequence, head.sequence);
    }
    if (head.sequence !== last.sequence || head.hash !== last.hash) {
      throw new JournalDamaged(`the last record that was written has the hash ${head.hash}`, last.sequence);
    }
    return {
      check: { name, ok: true, detail: `${last.sequence} records, each with the hash of the one before.` },
      last,
    };
  } catch (error) {
    if (!(error instanceof JournalDamaged)) throw error;
    return { check: { name, ok: false, detail: `Record ${error.sequence}: ${error.message}.` }, last };
  }
}

/** SQLite's own check of its file, indexes included. */
class FileInspection implements Inspection {
  readonly name = 'file';

  constructor(private readonly database: Database) {}

  conclude(): string {
    const found = this.database.pragma('integrity_check(1)');
    if (found !== 'ok') throw new Misfit(`SQLite finds its file malformed: ${found}`);
    return 'SQLite finds its file sound, indexes included.';
  }
}
