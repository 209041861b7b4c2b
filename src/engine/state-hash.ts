import { createHash } from 'node:crypto';
import type { Exchange } from './exchange.js';
import { takeSnapshot } from './snapshot.js';

/** SHA-256 over the snapshot: two exchanges with the same hash know the same. */
export function stateHash(exchange: Exchange): string {
  return createHash('sha256')
    .update(JSON.stringify(takeSnapshot(exchange)))
    .digest('hex');
}
