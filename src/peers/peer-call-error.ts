import { status as GrpcStatus } from '@grpc/grpc-js';

export type GrpcCode = keyof typeof GrpcStatus;

/** A bound that a call ran into: by its name, and what it is set to. */
export interface PeerLimit {
  readonly name:
    | 'timeoutMs'
    | 'queuedCallsMax'
    | 'streamsMax'
    | 'channelsMax'
    | 'attemptsMax'
    | 'breakerFailures'
    | 'instances';
  readonly value: number;
}

export interface PeerCallFailure {
  /** The name of the service in the registry. */
  readonly peer: string;
  /** `host:port`; absent if the call got to no instance. */
  readonly instance?: string;
  /** With its service, such as `marketdata.MarketDataService/getPrice`. */
  readonly method: string;
  readonly code: GrpcCode;
  readonly detail: string;
  readonly limit?: PeerLimit;
}

/** A call of a peer did not succeed; the message says whose, where and why. */
export class PeerCallError extends Error {
  override readonly name = 'PeerCallError';
  readonly peer: string;
  readonly instance: string | undefined;
  readonly method: string;
  readonly code: GrpcCode;
  readonly limit: PeerLimit | undefined;

  constructor(failure: PeerCallFailure) {
    super(sentenceOf(failure));
    this.peer = failure.peer;
    this.instance = failure.instance;
    this.method = failure.method;
    this.code = failure.code;
    this.limit = failure.limit;
  }
}

/** What may be the peer's or the network's fault, and not that of the request: the rest says nothing about the instance. */
const faults: ReadonlySet<GrpcCode> = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'INTERNAL', 'UNKNOWN']);

export function isFault(error: unknown): error is PeerCallError {
  return error instanceof PeerCallError && faults.has(error.code);
}

/** The name of a status number; what is not one of gRPC's is UNKNOWN. */
export function grpcCode(code: number | undefined): GrpcCode {
  return code !== undefined && GrpcStatus[code] !== undefined ? (GrpcStatus[code] as GrpcCode) : 'UNKNOWN';
}

function sentenceOf({ peer, instance, method, code, detail, limit }: PeerCallFailure): string {
  const where = instance === undefined ? peer : `${peer} at ${instance}`;
  const bound = limit === undefined ? '' : ` (${limit.name} ${limit.value})`;
  return `${method} of ${where}: ${code}: ${detail}${bound}`;
}
