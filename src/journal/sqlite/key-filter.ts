/** Two megabytes: of a million keys one in four hundred new ones looks used, of ten millions most do. */
const bitCount = 2 ** 24;
const bitsPerKey = 4;

/**
 * A Bloom filter: tells most keys that were never added from those that may have been, in memory that does
 * not grow. It never takes a key that was added for a new one.
 */
export class KeyFilter {
  private readonly words = new Uint32Array(bitCount / 32);

  add(owner: number, key: string): void {
    let bit = hashOf(owner, key);
    const step = stepOf(bit);
    for (let count = 0; count < bitsPerKey; count += 1) {
      this.words[(bit % bitCount) >>> 5]! |= 1 << (bit & 31);
      bit = (bit + step) >>> 0;
    }
  }

  mayHave(owner: number, key: string): boolean {
    let bit = hashOf(owner, key);
    const step = stepOf(bit);
    for (let count = 0; count < bitsPerKey; count += 1) {
      if ((this.words[(bit % bitCount) >>> 5]! & (1 << (bit & 31))) === 0) return false;
      bit = (bit + step) >>> 0;
    }
    return true;
  }
}

/** FNV-1a, with the bits mixed once more, since keys that count up differ in their last character alone. */
function hashOf(owner: number, key: string): number {
  let hash = Math.imul(0x811c9dc5 ^ owner, 0x01000193);
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return mixed(hash);
}

/** Where a key's other bits are; odd, so that they do not fall together. */
function stepOf(hash: number): number {
  return mixed(hash ^ 0x5bd1e995) | 1;
}

/** The end of MurmurHash3: each bit of the input changes half of those of the result. */
function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
