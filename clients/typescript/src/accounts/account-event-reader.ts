import type { Frame } from '../streams/frame.js';
import { StreamFault } from '../streams/stream-fault.js';
import type { StreamReader } from '../streams/stream-reader.js';
import type { AccountEvent } from './account-event.js';

/** Cancel the account's open orders when the connection is gone and does not come back in time. */
export interface CancelOnDisconnect {
  /** How long the exchange waits for a new connection; 0, which is the default, not at all. */
  readonly graceMs?: number;
  /** Only the orders in this market. */
  readonly symbol?: string;
}

/** Which events: those that are still to come, unless one of the two says where to begin. */
export interface AccountEventsQuery {
  /** All events from this journal sequence on, however long ago. */
  readonly fromSequence?: number;
  /** All events from this one of the account's own on. */
  readonly fromAccountSequence?: number;
  readonly cancelOnDisconnect?: CancelOnDisconnect;
}

/** Counts an account's events: each comes once, in order, and a new connection begins with the one after the last. */
export class AccountEventReader implements StreamReader<AccountEvent> {
  readonly path = '/ws/v1/account';
  readonly isPrivate = true;
  /** The `accountSequence` of the next event, as soon as it is known. */
  private nextSequence: number | undefined;

  constructor(
    private readonly accountId: string,
    private readonly query: AccountEventsQuery = {},
  ) {
    this.nextSequence = query.fromAccountSequence;
  }

  subscriptions(): readonly object[] {
    const { fromSequence, cancelOnDisconnect } = this.query;
    const begin = this.nextSequence === undefined ? { fromSequence } : { fromAccountSequence: this.nextSequence };
    return [{ channel: 'events', accountId: this.accountId, ...begin, cancelOnDisconnect }];
  }

  begin([acknowledgement]: readonly Frame[]): void {
    const last = acknowledgement?.accountSequence;
    if (this.query.fromSequence === undefined && typeof last === 'number') this.nextSequence ??= last + 1;
  }

  read(frame: Frame): AccountEvent {
    const { type: _type, channel: _channel, ...event } = frame;
    const { accountSequence } = event as unknown as AccountEvent;
    const expected = this.nextSequence ?? accountSequence;
    if (accountSequence !== expected) {
      throw new StreamFault('GAP', `Event ${accountSequence} of ${this.accountId} came instead of ${expected}`);
    }
    this.nextSequence = accountSequence + 1;
    return event as unknown as AccountEvent;
  }
}
