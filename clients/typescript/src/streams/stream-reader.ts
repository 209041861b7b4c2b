import type { Frame } from './frame.js';

/** What one kind of stream asks for, and what it makes of what comes: it knows where the stream stands. */
export interface StreamReader<Item> {
  /** Where the exchange serves it. */
  readonly path: string;
  /** Whether the exchange has to know who asks. */
  readonly isPrivate: boolean;
  /** What to subscribe to now. It is asked for each connection, so that the stream goes on where it stopped. */
  subscriptions(): readonly object[];
  /** A connection begins; the exchange acknowledged each subscription with one of these. */
  begin(acknowledgements: readonly Frame[]): void;
  /** What a message is for whoever iterates; throws a `StreamFault` if it does not fit to what came before. */
  read(frame: Frame): Item;
}
