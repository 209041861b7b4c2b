/**
 * No answer came: the exchange could not be reached, the connection broke, or it took too long. Whether the
 * request was carried out is unknown, and only sending the same one again finds out.
 */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(
    message: string,
    /** Whether it was the time that ran out. */
    readonly timedOut: boolean,
    /** What the platform said. */
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
