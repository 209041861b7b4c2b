import { peerService, unary } from './peer-service.js';

export interface EventSource {
  readonly venueId: string;
  readonly serviceName: string;
  readonly instanceName: string;
  readonly environment: string;
}

export interface PushedOrigin {
  readonly transport: string;
  readonly requestId?: string;
  readonly actor?: string;
  readonly traceId?: string;
  readonly faults?: readonly string[];
  readonly causedBy?: number;
}

/** A record of the journal in the words of the public; its command and its facts are JSON. */
export interface PushedEvent {
  readonly sequence: number;
  readonly time: { readonly seconds: number; readonly nanos: number };
  readonly origin: PushedOrigin;
  readonly command: string;
  readonly reject?: { readonly code: string; readonly reason: string };
  readonly facts: readonly string[];
  readonly balances: readonly Readonly<Record<'accountId' | 'asset' | 'available' | 'held' | 'total', string>>[];
  readonly previousHash: string;
  readonly hash: string;
}

export interface PushEventsRequest {
  readonly source: EventSource;
  readonly events: readonly PushedEvent[];
}

/** A service that keeps the journals of venues, and connects what it finds in them. */
export const correlatorService = peerService({
  name: 'audit.v1.CorrelatorService',
  proto: 'audit/v1/correlator.proto',
  methods: {
    pushEvents: unary<PushEventsRequest, { readonly acceptedSequence: number }>({ idempotent: true }),
  },
});
