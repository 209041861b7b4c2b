/** A request with one answer. What is idempotent may be sent again when it is not known whether it arrived. */
export interface UnaryMethod<Request, Response> {
  readonly kind: 'unary';
  readonly idempotent: boolean;
  /** For the compiler alone: what is sent and what comes back. */
  readonly types?: (request: Request) => Response;
}

/** A request that is answered with messages, one after another. */
export interface StreamMethod<Request, Message> {
  readonly kind: 'stream';
  readonly types?: (request: Request) => Message;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of methods holds methods of every type.
export type PeerMethod = UnaryMethod<any, any> | StreamMethod<any, any>;

/** What the exchange calls of a service: one such value is all that a further service takes. */
export interface PeerService<Methods extends Readonly<Record<string, PeerMethod>> = Record<string, PeerMethod>> {
  /** With its package, such as `marketdata.MarketDataService`. */
  readonly name: string;
  /** Its proto file: a path below `proto/`, or an absolute one. */
  readonly proto: string;
  /** By their names in the proto file, with a small first letter. */
  readonly methods: Methods;
  /**
   * Fields that are skipped, whatever their bytes are, because those who speak the protocol do not agree on
   * their type: `marketdata.PriceUpdate.timestamp`.
   */
  readonly unread?: readonly string[];
}

/** How one call differs from others. */
export interface CallOptions {
  /** Instead of `PEER_CALL_TIMEOUT_MS`; of a stream: how long it may be silent. */
  readonly timeoutMs?: number;
  /** Ends the call, or the stream, early. */
  readonly signal?: AbortSignal;
}

/** A service as its callers see it; everything rejects with `PeerCallError`. */
export type PeerClient<Service extends PeerService> = {
  readonly [Name in keyof Service['methods']]: Service['methods'][Name] extends UnaryMethod<
    infer Request,
    infer Response
  >
    ? (request: Request, options?: CallOptions) => Promise<Response>
    : Service['methods'][Name] extends StreamMethod<infer Request, infer Message>
      ? (request: Request, options?: CallOptions) => AsyncIterable<Message>
      : never;
};

export function unary<Request, Response>(options: { readonly idempotent: boolean }): UnaryMethod<Request, Response> {
  return { kind: 'unary', ...options };
}

export function stream<Request, Message>(): StreamMethod<Request, Message> {
  return { kind: 'stream' };
}

/** Keeps the types of the methods: `const custodian = peerService({ ... })`. */
export function peerService<const Methods extends Readonly<Record<string, PeerMethod>>>(
  service: PeerService<Methods>,
): PeerService<Methods> {
  return service;
}
