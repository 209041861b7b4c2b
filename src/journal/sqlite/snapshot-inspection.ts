import type { Exchange } from '../../engine/exchange.js';
import { restoreSnapshot, type Snapshot } from '../../engine/snapshot.js';
import { stateHash } from '../../engine/state-hash.js';
import type { KeptSnapshot, SnapshotStore } from '../snapshots.js';
import { type InspectedRecord, type Inspection, Misfit } from './inspection.js';

/** What a snapshot says, without its state, which may be large. */
export interface SnapshotClaim {
  readonly sequence: number;
  readonly recordHash: string;
  readonly stateHash: string;
  /** Why it cannot be used. */
  readonly fault?: string;
}

/** Reads what there is before the journal is looked at, so that every snapshot is within what is seen of it. */
export async function claimsOf(snapshots: SnapshotStore | undefined): Promise<SnapshotClaim[]> {
  const claims: SnapshotClaim[] = [];
  if (snapshots === undefined) return claims;
  for await (const kept of snapshots.newestFirst()) {
    if ('damaged' in kept) {
      claims.push({ sequence: kept.sequence, recordHash: '', stateHash: '', fault: kept.damaged });
    } else claims.push(claimOf(kept));
  }
  return claims;
}

function claimOf({ sequence, recordHash, stateHash: claimed, state }: KeptSnapshot): SnapshotClaim {
  const claim = { sequence, recordHash, stateHash: claimed };
  try {
    const restored = stateHash(restoreSnapshot(JSON.parse(state) as Snapshot));
    return restored === claimed ? claim : { ...claim, fault: 'its state does not have the hash that it says' };
  } catch (error) {
    return { ...claim, fault: `its state cannot be restored: ${(error as Error).message}` };
  }
}

/** Each kept snapshot is the state that the events lead to at its place in the journal. */
export class SnapshotInspection implements Inspection {
  readonly name = 'snapshots';
  private readonly waiting: Map<number, SnapshotClaim>;

  constructor(
    private readonly claims: readonly SnapshotClaim[],
    private readonly exchange: Exchange,
  ) {
    this.waiting = new Map(claims.map((claim) => [claim.sequence, claim]));
  }

  /** Sees a record after the exchange has taken it over. */
  visit({ sequence, text }: InspectedRecord): void {
    const claim = this.waiting.get(sequence);
    if (claim === undefined) return;
    this.waiting.delete(sequence);
    if (claim.fault !== undefined) throw new Misfit(`the snapshot there cannot be used: ${claim.fault}`);
    if (claim.recordHash !== text.hash) throw new Misfit('the snapshot there belongs to another record');
    if (this.exchange.sequence !== sequence || stateHash(this.exchange) !== claim.stateHash) {
      throw new Misfit('the snapshot there has another state than the events lead to');
    }
  }

  conclude(): string {
    const [beyond] = this.waiting.keys();
    if (beyond !== undefined)
      throw new Misfit(`There is a snapshot of record ${beyond}, which the journal does not have`);
    if (this.claims.length === 0) return 'There is no snapshot yet.';
    const places = this.claims.map(({ sequence }) => sequence).join(' and ');
    return `The state of each snapshot is that of its record: ${places}.`;
  }
}
