const polynomial = 0xedb88320;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
  return remainder;
});

/** CRC-32 (as in zlib) of a text in ASCII, unsigned. */
export function crc32(text: string): number {
  let remainder = 0xffffffff;
  for (let at = 0; at < text.length; at += 1) {
    remainder = (remainder >>> 8) ^ table[(remainder ^ text.charCodeAt(at)) & 0xff]!;
  }
  return (remainder ^ 0xffffffff) >>> 0;
}
