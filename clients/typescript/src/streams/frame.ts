/** One message of the exchange, of whatever kind. */
export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** `undefined` for what is no message of an exchange. */
export function frameOf(data: unknown): Frame | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const frame = JSON.parse(data) as Frame | null;
    return typeof frame?.type === 'string' ? frame : undefined;
  } catch {
    return undefined;
  }
}
