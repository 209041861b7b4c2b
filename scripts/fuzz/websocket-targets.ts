import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import WebSocket from 'ws';
import type { Random } from '../crash/random.js';
import type { Credentials } from './credentials.js';
import type { KnownThings } from './known-things.js';
import { type Input, insidesIn, type Outcome, shortened, type Target } from './outcome.js';
import type { RestWire } from './rest-targets.js';
import { brokenValue, type Schema, SchemaValues } from './schema-values.js';
import { type Fields, Words } from './words.js';

/** What is used of an AsyncAPI document. */
export interface AsyncApi {
  readonly channels: Readonly<Record<string, { readonly address: string }>>;
  readonly operations: Readonly<Record<string, AsyncOperation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly payload: Schema }>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
}

interface AsyncOperation {
  readonly action: 'send' | 'receive';
  readonly channel: { readonly $ref: string };
  readonly messages: readonly { readonly $ref: string }[];
}

const answerTimeoutMs = 20_000;
/** With these a client may end a connection, and it is answered with the same. */
const goodbyes = [1000, 3000, 4999] as const;
/** No client may end a connection with these. */
const wrongGoodbyes = [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535] as const;
/** What else a client can bring about, by docs/api.md. 1006, a connection that is cut, is not among it. */
const closeCodes = new Set<number>([...goodbyes, 1002, 1003, 1005, 1007, 1008, 1009, 4401, 4429]);
const unauthorized = 401;
/** Market data is for everybody. */
const whom: Readonly<Record<string, Target['asks']>> = {
  '/ws/v1/account': 'callers',
  '/audit/ws/v1/events': 'auditors',
};
const lastWord = '"the last"';

/** Each channel of the AsyncAPI document. */
export function websocketTargets(document: AsyncApi, wire: RestWire, things: KnownThings): Target[] {
  const values = new SchemaValues(document.components.schemas, new Words(things));
  const last = (reference: string) => reference.split('/').at(-1)!;
  return Object.values(document.operations)
    .filter(({ action }) => action === 'receive')
    .map(({ channel, messages }) => {
      const { address } = document.channels[last(channel.$ref)]!;
      const payloads = messages.map(({ $ref }) => document.components.messages[last($ref)]!.payload);
      return {
        ...{ name: `WebSocket ${address}`, weight: 2, asks: whom[address] },
        send: ({ random, isBroken, requestId, credentials }: Input) => {
          const frames = Array.from({ length: random.between(1, 4) }, () => {
            const message = values.value(random.pick(payloads), '', random) as Fields;
            return isBroken ? brokenFrame(message, random) : frame(Buffer.from(JSON.stringify(message)));
          });
          return new Conversation(wire.serverOf(address), address, requestId, credentials).hold(frames);
        },
      };
    });
}

/** One connection: it says everything, then asks for a last answer, and hears what comes until then. */
class Conversation {
  private readonly findings: string[] = [];
  private readonly kinds = new Set<string>();

  constructor(
    private readonly http: string,
    private readonly path: string,
    private readonly requestId: string,
    private readonly credentials: Credentials | undefined,
  ) {}

  async hold(frames: readonly Buffer[]): Promise<Outcome> {
    const code = await this.talk(frames);
    if (code !== 'pong' && !this.isExpected(code)) this.findings.push(`the connection ended with ${code}`);
    // Everybody may come and say nothing that asks for more.
    const isQuiet = code === 'pong' && !this.kinds.has('error') && this.credentials?.may !== 'nothing';
    const isGood = this.kinds.has('subscribed') || isQuiet;
    const status = code === 'pong' ? (isGood ? 'OK' : 'error') : `closed ${code}`;
    const sent = shortened(`${this.path} ${frames.map((bytes) => bytes.subarray(0, 300).toString('hex')).join(' ')}`);
    return { status, verdict: isGood ? 'ACCEPTED' : 'REFUSED', findings: this.findings, sent };
  }

  /** An end by a code, or a refusal of the upgrade. */
  private isExpected(code: number): boolean {
    return closeCodes.has(code) || (code === unauthorized && this.credentials !== undefined);
  }

  private talk(frames: readonly Buffer[]): Promise<number | 'pong'> {
    const address = new URL(this.path, this.http.replace('http', 'ws'));
    let socket: Socket | undefined;
    const createConnection = () => {
      socket = connect(Number(address.port), address.hostname);
      return socket;
    };
    const { authorization } = this.credentials ?? {};
    const headers = { 'x-request-id': this.requestId, ...(authorization === undefined ? {} : { authorization }) };
    const client = new WebSocket(address, { createConnection, headers, perMessageDeflate: false });
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.findings.push(`neither an answer nor an end came within ${answerTimeoutMs} ms`);
        client.terminate();
      }, answerTimeoutMs);
      const end = (code: number | 'pong') => {
        clearTimeout(timer);
        client.terminate();
        resolve(code);
      };
      client.on('open', () => {
        for (const bytes of [...frames, frame(Buffer.from(`{"op":"ping","id":${lastWord}}`))]) socket!.write(bytes);
      });
      client.on('message', (data) => this.hear(String(data)) && end('pong'));
      client.on('close', (code) => end(code));
      client.on('unexpected-response', (_request, response) => end(response.statusCode ?? 0));
      client.on('error', () => undefined);
    });
  }

  /** Whether it is the last answer. */
  private hear(text: string): boolean {
    this.findings.push(...insidesIn(text));
    const message = JSON.parse(text) as Fields;
    const { type, id, code, detail } = message;
    this.kinds.add(String(type));
    if (type === 'error' && (typeof code !== 'string' || typeof detail !== 'string' || code === 'INTERNAL'))
      this.findings.push(`the error is not as documented: ${text}`);
    return type === 'pong' && `"${id}"` === lastWord;
  }
}

interface FrameOptions {
  readonly opcode?: number;
  readonly isLast?: boolean;
  readonly isMasked?: boolean;
  readonly reserved?: number;
  readonly saysLength?: number;
}

function frame(data: Buffer, options: FrameOptions = {}): Buffer {
  const { opcode = 1, isLast = true, isMasked = true, reserved = 0, saysLength = data.length } = options;
  const head = Buffer.alloc(10);
  head[0] = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (isMasked ? 0x80 : 0) | 127;
  head.writeBigUInt64BE(BigInt(saysLength), 2);
  // The shortest of the three forms is the only one that is right.
  if (saysLength < 126) head[1] = (isMasked ? 0x80 : 0) | saysLength;
  else if (saysLength < 65_536) head.writeUInt16BE(saysLength, 2);
  if (saysLength >= 126 && saysLength < 65_536) head[1] = (isMasked ? 0x80 : 0) | 126;
  const short = head.subarray(0, saysLength < 126 ? 2 : saysLength < 65_536 ? 4 : 10);
  if (!isMasked) return Buffer.concat([short, data]);
  const mask = randomBytes(4);
  return Buffer.concat([short, mask, data.map((byte, at) => byte ^ mask[at % 4]!)]);
}

function closeCode(code: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code);
  return bytes;
}

function brokenFrame(message: Fields, random: Random): Buffer {
  const text = JSON.stringify(message);
  const data = Buffer.from(text);
  const at = random.between(1, data.length - 1);
  const name = random.pick([...Object.keys(message), 'unknown']);
  const ways: (() => Buffer)[] = [
    ...[0, 1, 2, 3].map(() => () => frame(Buffer.from(JSON.stringify({ ...message, [name]: brokenValue(random) })))),
    () => frame(Buffer.from(random.pick(['', '{', '[]', 'null', '7', `${text}${text}`, '{"op":"ping","op":"ping"}']))),
    () => frame(Buffer.from('['.repeat(2_000))),
    () => frame(data.subarray(0, at)),
    () => frame(data, { opcode: 2 }),
    () => frame(data, { opcode: random.between(3, 15) }),
    () => frame(data, { opcode: 0 }),
    () => frame(data, { isMasked: false }),
    () => frame(data, { reserved: random.between(1, 7) }),
    () => frame(Buffer.alloc(random.pick([4_096, 4_097, 100_000]), 0x20)),
    () => frame(Buffer.from([0xff, 0xfe, 0x80])),
    () => frame(Buffer.alloc(random.pick([0, 125, 126]), 0x61), { opcode: 9 }),
    () => frame(Buffer.from([0x03]), { opcode: 8 }),
    () => frame(closeCode(random.pick([...goodbyes, ...wrongGoodbyes])), { opcode: 8 }),
    () => Buffer.concat([frame(data.subarray(0, at), { isLast: false }), frame(data.subarray(at), { opcode: 0 })]),
    () => Buffer.concat([frame(data.subarray(0, at), { isLast: false }), frame(data)]),
    () => frame(Buffer.alloc(0), { saysLength: 2 ** 53 }),
  ];
  return random.pick(ways)();
}
