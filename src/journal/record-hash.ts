import { hash } from 'node:crypto';
import type { RecordText } from './record-codec.js';

/** What the first record follows. */
export const genesisHash = '0'.repeat(64);

/**
 * The SHA-256 of a record and, through the hash before it, of all that went before: lower-case hex. The
 * lengths in front keep any text from being moved over a border between two of them unseen.
 */
export function hashOfRecord(previousHash: string, record: RecordText): string {
  const { sequence, time, type, origin, command, reject, events, balances } = record;
  const lengths = `${type.length} ${origin.length} ${command.length} ${reject.length} ${events.length} ${balances.length}`;
  const frame = `${previousHash} ${sequence} ${time} ${lengths}\n`;
  return hashOfText(frame + type + origin + command + reject + events + balances);
}

/** For whoever has the whole text that is hashed. */
export function hashOfText(text: string): string {
  return hash('sha256', text, 'hex');
}
