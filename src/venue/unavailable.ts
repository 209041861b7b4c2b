/** Why commands are not taken now: too many are waiting, the disk is full, the venue is closing, or it has failed. */
export type UnavailableCode = 'OVERLOADED' | 'JOURNAL_FULL' | 'DRAINING' | 'STOPPED';

const sentences: Record<UnavailableCode, string> = {
  OVERLOADED: 'More commands are waiting for the journal than it may queue.',
  JOURNAL_FULL:
    'The disk that the journal is on is full; queries are answered, commands are taken again when there is room.',
  DRAINING: 'The exchange is shutting down and takes no more commands.',
  STOPPED: 'The exchange has stopped. Whether this command was kept is not known: ask again after the restart.',
};

/** A command that was not carried out, or, after STOPPED, of which nothing is known. */
export class VenueUnavailable extends Error {
  override readonly name = 'VenueUnavailable';
  readonly retryAfterSeconds = 1;

  constructor(readonly code: UnavailableCode) {
    super(sentences[code]);
  }
}
