import { hash, timingSafeEqual } from 'node:crypto';

/** A secret as the exchange keeps it: by its SHA-256, so that comparing tells nothing, not even its length. */
export class SecretDigest {
  private readonly digest: Buffer;

  constructor(secret: string) {
    this.digest = digestOf(secret);
  }

  /** In a time that does not depend on how much of it is right. */
  isOf(digest: Buffer): boolean {
    return timingSafeEqual(this.digest, digest);
  }
}

export function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
