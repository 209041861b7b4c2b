/** Who sends events: the journal, and the process that it belongs to. */
export interface Source {
  readonly venueId: string;
  readonly serviceName: string;
  readonly instanceName: string;
  readonly environment: string;
}

/** As an event comes over gRPC: times in seconds and nanoseconds, and JSON as text. */
export interface PushedEvent {
  readonly sequence: number;
  readonly time: { readonly seconds: number; readonly nanos?: number };
  readonly origin: Origin;
  readonly command: string;
  readonly reject?: { readonly code: string; readonly reason: string };
  readonly facts?: readonly string[];
  readonly balances?: readonly object[];
  readonly previousHash: string;
  readonly hash: string;
}

export interface Origin {
  readonly transport: string;
  readonly requestId?: string;
  readonly actor?: string;
  readonly traceId?: string;
  readonly faults?: readonly string[];
  readonly causedBy?: number;
}

/** As it is kept, and shown: the same as an item of the exchange's `GET /audit/v1/events`. */
export interface Event {
  readonly sequence: number;
  readonly time: string;
  readonly origin: Origin;
  readonly command: unknown;
  readonly reject?: { readonly code: string; readonly reason: string };
  readonly events: readonly unknown[];
  readonly balances: readonly object[];
  readonly previousHash: string;
  readonly hash: string;
}

const hashForm = /^[0-9a-f]{64}$/;

/** What is wrong with what was pushed, in a sentence; `undefined` if all can be understood. */
export function faultOf(source: Source | undefined, events: readonly PushedEvent[]): string | undefined {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(source?.venueId ?? '')) return 'source has no venue_id';
  const first = events[0]?.sequence ?? 1;
  for (const [at, { sequence, time, origin, hash, previousHash }] of events.entries()) {
    if (!(first >= 1 && sequence === first + at))
      return `event ${at} has sequence ${sequence}: they must follow one another`;
    if (time === undefined || origin === undefined) return `event ${sequence} has no time or no origin`;
    if (!hashForm.test(hash) || !hashForm.test(previousHash)) return `event ${sequence} has no hashes`;
  }
  return undefined;
}

/** Throws if the command or a fact is no JSON. */
export function eventOf(pushed: PushedEvent): Event {
  const { sequence, time, origin, command, reject, facts = [], balances = [], previousHash, hash } = pushed;
  return {
    sequence,
    time: new Date(time.seconds * 1_000 + (time.nanos ?? 0) / 1_000_000).toISOString(),
    origin,
    command: JSON.parse(command),
    ...(reject === undefined ? {} : { reject }),
    events: facts.map((fact) => JSON.parse(fact)),
    ...{ balances, previousHash, hash },
  };
}
