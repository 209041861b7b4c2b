import { createHash } from 'node:crypto';
import type { Exchange } from './exchange.js';
import { takeSnapshot } from './snapshot.js';

/** SHA-256 over the snapshot: two exchanges with the same hash know the same. */
export function stateHash(exchange: Exchange): string {
  return hashOfSnapshot(JSON.stringify(takeSnapshot(exchange)));
}

/** The state hash of an exchange whose snapshot was written as this text. */
export function hashOfSnapshot(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
