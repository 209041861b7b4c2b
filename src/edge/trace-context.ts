/** The header (REST) and the metadata key (gRPC) of W3C Trace Context. */
export const traceparentHeader = 'traceparent';

/** Which span of which trace a request comes from, or goes on as. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Bit 0: the trace is recorded. */
  readonly flags: number;
}

const pattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const charactersMax = 256;

/** What a caller says of its trace; `undefined` for anything that W3C Trace Context would have ignored. */
export function parseTraceparent(given: unknown): TraceParent | undefined {
  if (typeof given !== 'string' || given.length > charactersMax) return undefined;
  const [, version, traceId, spanId, flags, more] = pattern.exec(given) ?? [];
  if (traceId === undefined || (version === '00' && more !== undefined)) return undefined;
  return { traceId, spanId: spanId!, flags: Number.parseInt(flags!, 16) };
}

export function formatTraceparent({ traceId, spanId, flags }: TraceParent): string {
  return `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`;
}
