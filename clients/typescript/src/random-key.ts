const randomBytes = 16;

/** A name that nobody else will choose. (`crypto.randomUUID` is missing on pages that came without TLS.) */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(randomBytes)), hexOf).join('');
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
