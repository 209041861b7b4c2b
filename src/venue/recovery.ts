import { Exchange } from '../engine/exchange.js';
import type { BalanceAfter } from '../engine/ledger/balance-after.js';
import { restoreSnapshot, type Snapshot } from '../engine/snapshot.js';
import { stateHash } from '../engine/state-hash.js';
import { type Journal, JournalDamaged, type JournalRecord } from '../journal/journal.js';
import type { KeptSnapshot, SnapshotStore } from '../journal/snapshots.js';

/** Tells whoever waits for a start how far it is; asked for at most once a second. */
export type ReportProgress = (message: string) => void;

export interface RecoveryOptions {
  readonly journal: Journal;
  readonly snapshots: SnapshotStore | undefined;
  readonly report: ReportProgress;
}

const reportEveryMs = 1_000;

/**
 * The exchange as the journal has it: the newest good snapshot, and what happened after it. Whatever does
 * not fit, in the journal or between it and a snapshot, is reported or stops the start; nothing is skipped.
 */
export async function recover({ journal, snapshots, report }: RecoveryOptions): Promise<Exchange> {
  const head = journal.head();
  const exchange = (await newestGood(journal, snapshots, report)) ?? new Exchange();
  const progress = atIntervals(report);
  for await (const record of journal.read(exchange.sequence)) {
    const balances = exchange.apply(record.events, record);
    assertBalances(balances, record);
    progress(() => `recovering: ${exchange.sequence} of ${head.sequence} records`);
  }
  if (exchange.sequence !== head.sequence) {
    throw new JournalDamaged(
      `the journal ends at ${exchange.sequence}, not at its head ${head.sequence}`,
      exchange.sequence + 1,
    );
  }
  return exchange;
}

/** The balances of a record follow from its events: others mean that one of the two is not what was written. */
function assertBalances(balances: readonly BalanceAfter[], record: JournalRecord): void {
  const same =
    balances.length === record.balances.length &&
    balances.every((balance, at) => sameBalance(balance, record.balances[at]!));
  if (same) return;
  const { sequence } = record;
  throw new JournalDamaged(`the events of record ${sequence} lead to other balances than it has`, sequence);
}

function sameBalance(a: BalanceAfter, b: BalanceAfter): boolean {
  return a.accountId === b.accountId && a.asset === b.asset && a.available === b.available && a.held === b.held;
}

/** An exchange as its journal has it, and the check of that journal, which takes longer. */
export interface Recovered {
  readonly exchange: Exchange;
  /** Rejects with `JournalDamaged` if the exchange must not be used. */
  readonly verified: Promise<void>;
}

/**
 * At a start: the exchange is recovered while every record of the journal is checked against the chain. If both
 * fail, the chain tells where the damage is.
 */
export async function recoverWhileVerifying(options: RecoveryOptions): Promise<Recovered> {
  const verified = verifyJournal(options);
  // Whoever uses the exchange waits for it, and meets what went wrong.
  verified.catch(() => undefined);
  try {
    return { exchange: await recover(options), verified };
  } catch (error) {
    await verified;
    throw error;
  }
}

async function verifyJournal({ journal, report }: RecoveryOptions): Promise<void> {
  const { sequence: last } = journal.head();
  const progress = atIntervals(report);
  await journal.verifyChain(0, (sequence) => progress(() => `checking the journal: ${sequence} of ${last} records`));
}

async function newestGood(
  journal: Journal,
  snapshots: SnapshotStore | undefined,
  report: ReportProgress,
): Promise<Exchange | undefined> {
  if (snapshots === undefined) return undefined;
  for await (const kept of snapshots.newestFirst()) {
    const fault = 'damaged' in kept ? kept.damaged : await misfit(kept, journal);
    const exchange = fault === undefined ? restored(kept as KeptSnapshot) : fault;
    if (typeof exchange !== 'string') return exchange;
    report(`snapshot at ${kept.sequence} is passed over: ${exchange}`);
  }
  return undefined;
}

/** Why a snapshot does not belong to this journal. */
async function misfit({ sequence, recordHash }: KeptSnapshot, journal: Journal): Promise<string | undefined> {
  if (sequence > journal.head().sequence) return 'the journal ends before it';
  return (await journal.hashAt(sequence)) === recordHash ? undefined : 'the journal has another record there';
}

function restored({ state, stateHash: expected }: KeptSnapshot): Exchange | string {
  const exchange = restoreSnapshot(JSON.parse(state) as Snapshot);
  return stateHash(exchange) === expected ? exchange : 'its state does not have the hash that it says';
}

function atIntervals(report: ReportProgress): (message: () => string) => void {
  let due = Date.now() + reportEveryMs;
  return (message) => {
    if (Date.now() < due) return;
    due = Date.now() + reportEveryMs;
    report(message());
  };
}
