import type { Event } from '../engine/event.js';
import type { Reject } from '../engine/reject.js';

/** What became of a command, once everything that it led to is durable. */
export interface Receipt {
  /** The command's place in the journal; of a repeated one, the place of the first. */
  readonly sequence: number;
  readonly time: number;
  readonly events: readonly Event[];
  readonly reject?: Reject;
  /** The same command with the same idempotency key was carried out before; `events` is empty unless that was just now. */
  readonly repeated: boolean;
  /** The idempotency key belongs to another command, the one at `sequence`; nothing was done. */
  readonly conflict: boolean;
}
