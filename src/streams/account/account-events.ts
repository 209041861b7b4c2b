import { Injectable } from '@nestjs/common';
import { assertOwnAccount, type Caller } from '../../edge/caller.js';
import { accountIn } from '../../edge/directory.js';
import { Problem } from '../../edge/problem.js';
import { ReadingPace } from '../../edge/reading-pace.js';
import type { StreamSource } from '../../edge/stream.js';
import { StreamFaults } from '../../edge/stream-faults.js';
import { parseId } from '../../engine/ids.js';
import type { Origin } from '../../journal/journal.js';
import { Venue } from '../../venue/venue.js';
import { CancelOnDisconnect } from '../cancel-on-disconnect/cancel-on-disconnect.js';
import type { AccountEventsRequest, DropCopyRequest } from './account-event-requests.js';
import type { AccountEventView } from './account-event-view.js';
import { type EventSelection, EventSubscription } from './event-subscription.js';
import { LiveEvents } from './live-events.js';

type EventSource = StreamSource<AccountEventView>;

/** How far the events went when a stream was asked for. */
interface EventsPosition {
  readonly sequence: number;
  readonly accountSequence?: number;
}

/** The events of one account, and of all: sources for WebSocket and gRPC alike. */
@Injectable()
export class AccountEvents {
  constructor(
    private readonly venue: Venue,
    private readonly live: LiveEvents,
    private readonly pace: ReadingPace,
    private readonly cancelOnDisconnect: CancelOnDisconnect,
    private readonly faults: StreamFaults = new StreamFaults(),
  ) {}

  /** The private events of an account; the caller is absent where nobody is asked who they are. */
  async ofAccount(request: AccountEventsRequest, caller: Caller | undefined, origin: Origin): Promise<EventSource> {
    const accountId = parseId('acc', request.accountId)!;
    assertOwnAccount(accountId, caller?.accountId);
    const position = await this.positionOf(accountId);
    const fromSequence = await this.beginning(accountId, request, position);
    const { fromAccountSequence, cancelOnDisconnect } = request;
    const events = this.source({ accountId, fromSequence, fromAccountSequence }, position);
    const source = this.faults.around(events, { channel: 'events', accountId: request.accountId });
    if (cancelOnDisconnect === undefined) return source;
    const { graceMs = 0, symbol } = cancelOnDisconnect;
    return this.cancelOnDisconnect.guard(source, { accountId, symbol, graceMs }, origin);
  }

  /** The drop copy: the events of all accounts. */
  async ofAll({ accountId: id, eventTypes, fromSequence: from }: DropCopyRequest): Promise<EventSource> {
    const accountId = id === undefined ? undefined : parseId('acc', id)!;
    const position = await this.positionOf(accountId);
    const fromSequence = from === undefined ? position.sequence + 1 : known('fromSequence', from, position.sequence);
    return this.source({ accountId, fromSequence, eventTypes: eventTypes && new Set(eventTypes) }, position);
  }

  private source(selection: EventSelection, position: EventsPosition): EventSource {
    const { venue, live, pace } = this;
    return {
      acknowledgement: position,
      open: (outlet) => new EventSubscription({ venue, live, pace }, selection, outlet),
    };
  }

  private async positionOf(accountId: number | undefined): Promise<EventsPosition> {
    if (accountId === undefined) return { sequence: await this.venue.durable() };
    const sequence = await this.venue.read((exchange) => {
      accountIn(exchange, accountId);
      return exchange.sequence;
    });
    const { accountSequence } = await this.venue.queries.accountPosition(accountId, sequence + 1);
    return { sequence, accountSequence };
  }

  /** The journal sequence from which on there may be something that was asked for. */
  private async beginning(
    accountId: number,
    { fromSequence, fromAccountSequence }: AccountEventsRequest,
    { sequence, accountSequence = 0 }: EventsPosition,
  ): Promise<number> {
    if (fromAccountSequence === undefined) {
      return fromSequence === undefined ? sequence + 1 : known('fromSequence', fromSequence, sequence);
    }
    if (fromSequence !== undefined) {
      throw Problem.invalid([{ field: 'fromAccountSequence', message: 'cannot be given together with fromSequence' }]);
    }
    known('fromAccountSequence', fromAccountSequence, accountSequence);
    return (await this.venue.queries.sequenceOfAccountEvent(accountId, fromAccountSequence)) ?? sequence + 1;
  }
}

/** A reader may begin with the next one at most: what comes after that has no meaning yet. */
function known(field: string, from: number, last: number): number {
  if (from <= last + 1) return from;
  throw Problem.invalid([
    { field, message: `must be at most ${last + 1}, since the last one is ${last}, not ${from}` },
  ]);
}
