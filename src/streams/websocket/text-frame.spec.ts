import { FrameReader, opcodes } from '../../../test/raw-websocket.fixture.js';
import { textFrame } from './text-frame.js';

describe('a text frame', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('of %i bytes is read as what was written', (length) => {
    const text = 'é'.repeat(length / 2) + 'x'.repeat(length % 2);
    const frames = new FrameReader().read(textFrame(Buffer.from(text)));
    expect(frames.map(({ opcode, payload }) => [opcode, payload.length])).toEqual([[opcodes.text, length]]);
    expect(String(frames[0]!.payload) === text).toBe(true);
  });
});
