import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameOptions {
  readonly opcode?: number;
  readonly isLast?: boolean;
  readonly isMasked?: boolean;
  /** The three reserved bits. */
  readonly reserved?: number;
  /** What the frame says of its length, whatever it is. */
  readonly saysLength?: bigint;
}

/** A frame as a client would send it, unless it is told to be wrong. */
export function frame(payload: string | Uint8Array, options: FrameOptions = {}): Buffer {
  const { opcode = opcodes.text, isLast = true, isMasked = true, reserved = 0, saysLength } = options;
  const data = Buffer.from(payload as string);
  const maskBit = isMasked ? 0x80 : 0;
  const head = [(isLast ? 0x80 : 0) | (reserved << 4) | opcode];
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(saysLength ?? BigInt(data.length));
  if (saysLength === undefined && data.length < 126) head.push(maskBit | data.length);
  else if (saysLength === undefined && data.length < 65_536) head.push(maskBit | 126, ...length.subarray(6));
  else head.push(maskBit | 127, ...length);
  if (!isMasked) return Buffer.concat([Buffer.from(head), data]);
  const mask = randomBytes(4);
  return Buffer.concat([Buffer.from(head), mask, data.map((byte, at) => byte ^ mask[at % 4]!)]);
}

/** Reads what a server sends: whole messages, and not masked. */
export class FrameReader {
  private unread = Buffer.alloc(0);

  read(chunk: Buffer): { readonly opcode: number; readonly payload: Buffer }[] {
    this.unread = Buffer.concat([this.unread, chunk]);
    const frames: { opcode: number; payload: Buffer }[] = [];
    for (;;) {
      const start = this.payloadStart();
      if (start === undefined || this.unread.length < start.at + start.length) return frames;
      expect(this.unread[0]! & 0xf0).toBe(0x80);
      const end = start.at + start.length;
      frames.push({ opcode: this.unread[0]! & 0x0f, payload: this.unread.subarray(start.at, end) });
      this.unread = this.unread.subarray(end);
    }
  }

  /** `undefined` while that is not there yet. */
  private payloadStart(): { at: number; length: number } | undefined {
    const { unread } = this;
    const short = unread[1];
    if (short === undefined) return undefined;
    if (short < 126) return { at: 2, length: short };
    if (short === 126) return unread.length < 4 ? undefined : { at: 4, length: unread.readUInt16BE(2) };
    return unread.length < 10 ? undefined : { at: 10, length: Number(unread.readBigUInt64BE(2)) };
  }
}

/** A WebSocket over a plain socket, which can say what no client would. */
export class RawWebSocket {
  /** Messages, in JSON, that were not asked for yet. */
  // biome-ignore lint/suspicious/noExplicitAny: a message is whatever came over the wire.
  readonly messages: any[] = [];
  closeCode: number | undefined = undefined;
  closeReason = '';
  pings = 0;
  readonly ended: Promise<unknown>;

  private constructor(readonly socket: Socket) {
    this.ended = once(socket, 'close');
    socket.on('error', () => undefined);
  }

  static async open(http: string, path = '/ws/v1/market'): Promise<RawWebSocket> {
    const socket = connectTo(http);
    socket.write(handshake(path));
    const [head] = await once(socket, 'data');
    const end = (head as Buffer).indexOf('\r\n\r\n') + 4;
    const text = (head as Buffer).subarray(0, end).toString();
    if (!text.startsWith('HTTP/1.1 101 ')) throw new Error(text);
    const raw = new RawWebSocket(socket);
    raw.read((head as Buffer).subarray(end));
    return raw;
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  say(message: object | string): void {
    this.send(frame(typeof message === 'string' ? message : JSON.stringify(message)));
  }

  /** The next message, or `undefined` if the connection was closed first. */
  async next(timeoutMs = 10_000) {
    const end = Date.now() + timeoutMs;
    while (this.messages.length === 0 && this.closeCode === undefined && !this.socket.destroyed) {
      if (Date.now() > end) throw new Error('neither a message nor an end');
      await new Promise((wake) => setTimeout(wake, 5));
    }
    return this.messages.shift();
  }

  /** Until the exchange has sent its close code. */
  async closed(timeoutMs = 10_000): Promise<number> {
    const end = Date.now() + timeoutMs;
    while (this.closeCode === undefined) {
      if (Date.now() > end || this.socket.destroyed) throw new Error('no close code came');
      await new Promise((wake) => setTimeout(wake, 5));
    }
    return this.closeCode;
  }

  destroy(): void {
    this.socket.destroy();
  }

  private read(first: Buffer): void {
    const frames = new FrameReader();
    const take = (chunk: Buffer) => {
      for (const { opcode, payload } of frames.read(chunk)) this.take(opcode, payload);
    };
    take(first);
    this.socket.on('data', take);
  }

  private take(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) this.messages.push(JSON.parse(String(payload)));
    if (opcode === opcodes.ping) this.pings += 1;
    if (opcode !== opcodes.close) return;
    this.closeCode = payload.readUInt16BE(0);
    this.closeReason = String(payload.subarray(2));
  }
}

export function connectTo(http: string): Socket {
  const { hostname, port } = new URL(http);
  return connect(Number(port), hostname);
}

/** The opening of a WebSocket; a header that is given as `undefined` is left out. */
export function handshake(path: string, headers: Record<string, string | undefined> = {}, method = 'GET'): string {
  const all: Record<string, string | undefined> = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}
