import { Injectable } from '@nestjs/common';
import { currentOrigin } from '../../edge/request-origin.js';
import type { ApiKeyScope } from '../../engine/command.js';
import { Channels } from '../websocket/channels.js';
import { AccountEventsRequest, DropCopyRequest } from './account-event-requests.js';
import { AccountEventView, EventsPositionView } from './account-event-view.js';
import { AccountEvents } from './account-events.js';

/** What stands before an event on a WebSocket; over gRPC the response's type says the same. */
const envelope = { type: 'event', channel: 'events' } as const;

const reading: readonly ApiKeyScope[] = ['read'];
const readingAndTrading: readonly ApiKeyScope[] = ['read', 'trade'];

/** The channels of events over WebSocket. */
@Injectable()
export class AccountChannels {
  constructor(channels: Channels, events: AccountEvents) {
    channels.add<AccountEventsRequest>('account', {
      name: 'events',
      description:
        "What happens to an account, each event with the journal's sequence and the account's own, which has no gaps.",
      message: AccountEventView,
      acknowledgement: EventsPositionView,
      request: AccountEventsRequest,
      keyFields: ['accountId'],
      envelope,
      scopes: ({ cancelOnDisconnect }) => (cancelOnDisconnect === undefined ? reading : readingAndTrading),
      source: (request, caller) => events.ofAccount(request, caller, currentOrigin()),
    });
    channels.add<DropCopyRequest>('audit', {
      name: 'events',
      description: 'The drop copy: what happens to all accounts, in the order of the journal.',
      message: AccountEventView,
      acknowledgement: EventsPositionView,
      request: DropCopyRequest,
      keyFields: ['accountId'],
      envelope,
      source: (request) => events.ofAll(request),
    });
  }
}
