/**
 * What can happen to a stream: the connection was CLOSED; it was SILENT although the exchange sends heartbeats;
 * a message is missing or came twice (GAP); the book does not have the CHECKSUM that the exchange's has; what came
 * is no message (MALFORMED); or whoever reads was so slow that too many messages were waiting (READER_TOO_SLOW).
 */
export type StreamFaultKind = 'CLOSED' | 'SILENT' | 'GAP' | 'CHECKSUM' | 'MALFORMED' | 'READER_TOO_SLOW';

/** Why a stream was interrupted. The connection is given up then, and the stream goes on over a new one. */
export class StreamFault extends Error {
  override readonly name = 'StreamFault';

  constructor(
    readonly kind: StreamFaultKind,
    message: string,
    /** With which the connection was closed, if it was. */
    readonly closeCode?: number,
  ) {
    super(message);
  }
}
