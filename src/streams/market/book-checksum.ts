import { crc32 } from 'node:zlib';
import type { BookLevelView } from '../../matching/market-data-views.js';

/** So many of the best levels of each side are in the checksum. */
export const checksumLevels = 10;

/**
 * The CRC-32 of the best ten levels of each side, as an unsigned number: `price:quantity` of the best bid, of the best ask, of the
 * second bid and so on, joined by colons; where a side has fewer levels than the other, its part is left out.
 */
export function bookChecksum(bids: readonly BookLevelView[], asks: readonly BookLevelView[]): number {
  const parts: string[] = [];
  for (let level = 0; level < checksumLevels; level += 1) {
    for (const side of [bids, asks]) {
      const shown = side[level];
      if (shown !== undefined) parts.push(`${shown[0]}:${shown[1]}`);
    }
  }
  return crc32(parts.join(':'));
}
