const [fin, textOpcode] = [0x80, 0x01];
const [length16, length64] = [126, 127];

/**
 * A text message as one frame (RFC 6455, section 5.2), as a server sends it: not masked, not compressed. It is the
 * same for every reader, so it is made once; the library would make a header and two writes for each.
 */
export function textFrame(text: Buffer): Buffer {
  const header = headerBytes(text.length);
  const frame = Buffer.allocUnsafe(header + text.length);
  frame[0] = fin | textOpcode;
  if (header === 2) {
    frame[1] = text.length;
  } else if (header === 4) {
    frame[1] = length16;
    frame.writeUInt16BE(text.length, 2);
  } else {
    frame[1] = length64;
    frame.writeBigUInt64BE(BigInt(text.length), 2);
  }
  text.copy(frame, header);
  return frame;
}

function headerBytes(length: number): 2 | 4 | 10 {
  if (length < length16) return 2;
  return length < 65_536 ? 4 : 10;
}
