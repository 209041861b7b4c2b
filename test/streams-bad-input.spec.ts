import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from './eventually.fixture.js';
import { MetricsPage } from './metrics-page.fixture.js';
import { connectTo, frame, handshake, opcodes, RawWebSocket } from './raw-websocket.fixture.js';
import { ServerProcess } from './server.fixture.js';

const messageBytesMax = 4_096;
const pingIntervalMs = 1_000;
const heartbeatMs = 100;

/** What a message must be answered with: the code, and the fields that are named. */
type Expected = readonly [code: string, ...fields: string[]];
const malformed = (...fields: string[]): Expected => ['VALIDATION_FAILED', ...fields];
const book = { op: 'subscribe', channel: 'book', symbol: 'BTC-USD' };

/** Messages that are refused; the connection goes on. */
const messages: readonly (readonly [what: string, message: object | string, Expected])[] = [
  ['nothing', '', malformed()],
  ['text', 'hello', malformed()],
  ['a list', '[]', malformed()],
  ['null', 'null', malformed()],
  ['a number', '7', malformed()],
  ['half an object', '{"op":', malformed()],
  ['a trailing comma', '{"op":"ping",}', malformed()],
  ['two objects', '{"op":"ping"}{"op":"ping"}', malformed()],
  ['a key twice', '{"op":"ping","op":"subscribe"}', malformed()],
  ['lists 2,000 deep', `{"op":${'['.repeat(2_000)}${']'.repeat(2_000)}}`, malformed()],
  ['__proto__', '{"op":"ping","__proto__":{"id":1}}', malformed('__proto__')],
  ['constructor', '{"op":"ping","constructor":{}}', malformed('constructor')],
  ['no operation', {}, malformed('op')],
  ['an unknown operation', { op: 'trade' }, malformed('op')],
  ['an operation in capitals', { op: 'PING' }, malformed('op')],
  ['an operation of another type', { op: ['ping'] }, malformed('op')],
  ['an operation that is a method of objects', { op: 'toString' }, malformed('op')],
  ['an id that is an object', { op: 'ping', id: {} }, malformed('id')],
  ['an id that is null', { op: 'ping', id: null }, malformed('id')],
  ['an id with a fraction', { op: 'ping', id: 1.5 }, malformed('id')],
  ['a long id', { op: 'ping', id: 'x'.repeat(65) }, malformed('id')],
  ['a ping with a field', { op: 'ping', time: 1 }, malformed('time')],
  ['no channel', { op: 'subscribe', symbol: 'BTC-USD' }, malformed('channel')],
  ['an unknown channel', { ...book, channel: 'orders' }, malformed('channel')],
  ['a channel of another path', { ...book, channel: 'events' }, malformed('channel')],
  ['a channel that is a method of objects', { ...book, channel: 'toString' }, malformed('channel')],
  ['a channel of another type', { ...book, channel: 7 }, malformed('channel')],
  ['an unknown interval', { ...book, channel: 'candles:2m' }, malformed('channel')],
  ['no symbol', { op: 'subscribe', channel: 'book' }, malformed('symbol')],
  ['a symbol in small letters', { ...book, symbol: 'btc-usd' }, malformed('symbol')],
  ['a symbol of another type', { ...book, symbol: ['BTC-USD'] }, malformed('symbol')],
  ['a symbol like a path', { ...book, symbol: '../../etc/passwd' }, malformed('symbol')],
  ['an unknown symbol', { ...book, symbol: 'BTC-EUR' }, ['MARKET_NOT_FOUND']],
  ['an unknown field', { ...book, depth: 5 }, malformed('depth')],
  ['text for a number', { ...book, conflateMs: '100' }, malformed('conflateMs')],
  ['a negative number', { ...book, conflateMs: -1 }, malformed('conflateMs')],
  ['a large number', { ...book, conflateMs: 60_001 }, malformed('conflateMs')],
  [
    'a number that is none',
    '{"op":"subscribe","channel":"book","symbol":"BTC-USD","conflateMs":1e999}',
    malformed('conflateMs'),
  ],
  ['a word for a flag', { ...book, checksum: 'true' }, malformed('checksum')],
  ['several mistakes', { ...book, symbol: 1, conflateMs: null }, malformed('symbol', 'conflateMs')],
  ['an unsubscription of nothing', { ...book, op: 'unsubscribe' }, ['NOT_SUBSCRIBED']],
  ['an authentication where nobody asks', { op: 'authenticate', key: 'x' }, malformed()],
  ['an authentication without a key', { op: 'authenticate' }, malformed('key')],
];

const text = (length: number): string => `{"op":"ping","id":"${'x'.repeat(length)}"}`;
const huge = 2n ** 40n;

/** Bytes that no connection survives, and what it is closed with. */
const deadly: readonly (readonly [what: string, bytes: Uint8Array, code: number])[] = [
  ['a binary message', frame('{"op":"ping"}', { opcode: opcodes.binary }), 1003],
  ['bytes that are not UTF-8', frame(Uint8Array.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d])), 1007],
  ['half a character', frame(Uint8Array.from([0x22, 0xc3])), 1007],
  ['a message that is too long', frame(text(messageBytesMax)), 1009],
  ['a message that says it is a terabyte', frame('{', { saysLength: huge }), 1009],
  ['a message longer than numbers go', frame('{', { saysLength: 2n ** 63n - 1n }), 1009],
  [
    'pieces that are too long together',
    Buffer.concat([
      frame(text(messageBytesMax - 100), { isLast: false }),
      frame('x'.repeat(200), { opcode: opcodes.continuation }),
    ]),
    1009,
  ],
  [
    'a message in too many pieces',
    Buffer.concat([
      frame('{', { isLast: false }),
      ...Array.from({ length: 100 }, () => frame(' ', { opcode: opcodes.continuation, isLast: false })),
    ]),
    1008,
  ],
  ['a frame that is not masked', frame('{"op":"ping"}', { isMasked: false }), 1002],
  ['a frame that is compressed', frame('{"op":"ping"}', { reserved: 4 }), 1002],
  ['reserved bits', frame('{"op":"ping"}', { reserved: 3 }), 1002],
  ['a reserved kind of frame', frame('{"op":"ping"}', { opcode: 3 }), 1002],
  ['a reserved kind of control frame', frame('', { opcode: 11 }), 1002],
  ['a ping in pieces', frame('', { opcode: opcodes.ping, isLast: false }), 1002],
  ['a long ping', frame('x'.repeat(126), { opcode: opcodes.ping }), 1002],
  ['the end of nothing', frame('{"op":"ping"}', { opcode: opcodes.continuation }), 1002],
  ['a message within a message', Buffer.concat([frame('{', { isLast: false }), frame('{}')]), 1002],
  ['a close code that there is not', frame(Uint8Array.from([0x03, 0xec]), { opcode: opcodes.close }), 1002],
  ['half a close code', frame(Uint8Array.from([0x03]), { opcode: opcodes.close }), 1002],
  ['something that is no frame', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 1002],
];

/** Openings that are answered with a problem. */
const handshakes: readonly (readonly [what: string, request: string, status: number, code: string])[] = [
  ['no key', handshake('/ws/v1/market', { 'Sec-WebSocket-Key': undefined }), 400, 'VALIDATION_FAILED'],
  ['a short key', handshake('/ws/v1/market', { 'Sec-WebSocket-Key': 'AAAA' }), 400, 'VALIDATION_FAILED'],
  [
    'a key that is not base64',
    handshake('/ws/v1/market', { 'Sec-WebSocket-Key': `${'?'.repeat(22)}==` }),
    400,
    'VALIDATION_FAILED',
  ],
  ['no version', handshake('/ws/v1/market', { 'Sec-WebSocket-Version': undefined }), 426, 'UPGRADE_REQUIRED'],
  ['an old version', handshake('/ws/v1/market', { 'Sec-WebSocket-Version': '8' }), 426, 'UPGRADE_REQUIRED'],
  ['another protocol', handshake('/ws/v1/market', { Upgrade: 'h2c' }), 426, 'UPGRADE_REQUIRED'],
  ['a strange page', handshake('/ws/v1/market', { Origin: 'https://elsewhere.example' }), 403, 'FORBIDDEN'],
  [
    'a broken list of protocols',
    handshake('/ws/v1/market', { 'Sec-WebSocket-Protocol': 'a,,b' }),
    400,
    'VALIDATION_FAILED',
  ],
  ['an unknown path', handshake('/ws/v1/orders'), 404, 'NOT_FOUND'],
  ['a path that cannot be decoded', handshake('/ws/v1/%ff'), 400, 'VALIDATION_FAILED'],
  ['a parameter', handshake('/ws/v1/market?token=x'), 400, 'VALIDATION_FAILED'],
  ['another method', handshake('/ws/v1/market', {}, 'POST'), 405, 'METHOD_NOT_ALLOWED'],
  [
    'headers that are too large',
    handshake('/ws/v1/market', { 'X-Long': 'x'.repeat(20_000) }),
    400,
    'VALIDATION_FAILED',
  ],
];

describe('bad input to streams', () => {
  let server: ServerProcess;
  let http: string;
  let sequence: number;
  let memoryBytes: number;
  let witness: RawWebSocket;
  /** When the witness was sent something, to see that nothing holds it up. */
  const heardAtMs: number[] = [];
  let lorises: Promise<string>[];

  beforeAll(async () => {
    server = new ServerProcess({
      PRICE_SOURCE: 'fixed',
      LOG_LEVEL: 'warn',
      STREAM_MESSAGE_BYTES_MAX: `${messageBytesMax}`,
      STREAM_PING_INTERVAL_MS: `${pingIntervalMs}`,
      STREAM_HEARTBEAT_MS: `${heartbeatMs}`,
      STREAM_SUBSCRIPTIONS_MAX: '10',
      STREAM_MESSAGES_PER_SECOND: '20',
    });
    ({ http } = await server.ready());
    witness = await watch();
    lorises = Array.from({ length: 20 }, () => openSlowly());
    await pause(500);
    sequence = await sequenceOf();
    memoryBytes = residentBytes();
  }, 30_000);

  afterAll(async () => {
    witness.destroy();
    await server.kill();
  });

  /** A reader that answers pings and does nothing wrong. */
  async function watch(): Promise<RawWebSocket> {
    const reader = await RawWebSocket.open(http);
    reader.socket.on('data', () => heardAtMs.push(performance.now()));
    const answer = setInterval(() => reader.send(frame('', { opcode: opcodes.pong })), pingIntervalMs / 2);
    reader.socket.on('close', () => clearInterval(answer));
    reader.say({ op: 'subscribe', channel: 'book', symbol: 'ETH-USD' });
    expect(await reader.next()).toMatchObject({ type: 'subscribed' });
    return reader;
  }

  /** Sends its headers byte by byte, and gives what it was answered in the end. */
  async function openSlowly(): Promise<string> {
    const socket = connectTo(http);
    let answer = '';
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        answer += chunk;
      });
    const bytes = handshake('/ws/v1/market');
    let at = 0;
    const drip = setInterval(() => socket.write(bytes[at++ % bytes.length]!), 400);
    await once(socket, 'close');
    clearInterval(drip);
    return answer;
  }

  async function sequenceOf(): Promise<number> {
    return (await MetricsPage.scrape(http)).value('exchange_sequence');
  }

  /** What the process occupies now. */
  function residentBytes(): number {
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))!;
    return Number(kilobytes) * 1_024;
  }

  it('is a table of more than seventy cases', () => {
    expect(messages.length + deadly.length + handshakes.length).toBeGreaterThan(70);
  });

  it.each(messages)('a message: %s', async (_what, message, [code, ...fields]) => {
    const raw = await RawWebSocket.open(http);
    raw.say(message);
    const answer = await raw.next();
    const named = (answer.errors ?? []).map(({ field }: { field: string }) => field);
    expect([answer.type, answer.code, ...named]).toEqual(['error', code, ...fields]);
    expectNoInsides(JSON.stringify(answer));
    raw.say({ op: 'ping', id: 'still there' });
    expect(await raw.next()).toMatchObject({ type: 'pong', id: 'still there' });
    raw.destroy();
  });

  it('a refusal names the message that it answers', async () => {
    const raw = await RawWebSocket.open(http);
    for (const id of ['a', 7]) {
      raw.say({ op: 'nothing', id });
      expect(await raw.next()).toMatchObject({ type: 'error', id });
      raw.say({ ...book, channel: 'nothing', id });
      expect(await raw.next()).toMatchObject({ type: 'error', id });
    }
    raw.destroy();
  });

  it.each(deadly)('%s closes the connection', async (_what, bytes, code) => {
    const raw = await RawWebSocket.open(http);
    raw.send(bytes);
    expect(await raw.closed()).toBe(code);
    raw.destroy();
  });

  it('a message may come in pieces, with a ping between them', async () => {
    const raw = await RawWebSocket.open(http);
    raw.send(frame('{"op":', { isLast: false }));
    raw.send(frame('between', { opcode: opcodes.ping }));
    raw.send(frame('"ping"}', { opcode: opcodes.continuation }));
    expect(await raw.next()).toMatchObject({ type: 'pong' });
    raw.destroy();
  });

  it.each(handshakes)('an opening with %s', async (_what, request, status, code) => {
    const socket = connectTo(http);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.end(request);
    await once(socket, 'close');
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*"code":"${code}"`));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expectNoInsides(answer);
  });

  it('a flood of messages is refused, and closed with 4429 when it goes on', async () => {
    const raw = await RawWebSocket.open(http);
    const flood = Buffer.concat(Array.from({ length: 1_000 }, () => frame('{"op":"ping"}')));
    raw.send(flood);
    expect(await raw.closed()).toBe(4429);
    const kinds = raw.messages.map(({ type, code }) => code ?? type);
    expect(kinds.slice(0, 200)).toEqual(Array(200).fill('pong'));
    expect(kinds.length).toBeGreaterThan(400);
    expect(new Set(kinds.slice(300))).toEqual(new Set(['RATE_LIMITED']));
    raw.destroy();
  });

  it('a flood of pings from somebody who reads nothing takes no memory', async () => {
    const raw = await RawWebSocket.open(http);
    raw.socket.pause();
    raw.send(Buffer.concat(Array.from({ length: 5_000 }, () => frame('x'.repeat(125), { opcode: opcodes.ping }))));
    await pause(200);
    raw.socket.resume();
    expect(await raw.closed()).toBe(4429);
    raw.destroy();
  });

  it('a flood of subscriptions ends at the limit', async () => {
    const raw = await RawWebSocket.open(http);
    const symbols = ['BTC-USD', 'ETH-USD', 'BTC-USDT', 'ETH-USDT', 'ETH-BTC', 'USDT-USD'];
    for (const symbol of symbols) for (const channel of ['trades', 'ticker']) raw.say({ ...book, channel, symbol });
    await eventually(() => {
      const kinds = raw.messages.map(({ type, code }) => code ?? type);
      expect(kinds.filter((kind) => kind === 'subscribed').length).toBe(10);
      expect(kinds.filter((kind) => kind === 'SUBSCRIPTIONS_LIMIT').length).toBe(2);
    });
    raw.destroy();
  });

  it('two hundred connections that vanish leave nothing behind', async () => {
    const opened = await Promise.all(Array.from({ length: 200 }, () => RawWebSocket.open(http)));
    for (const raw of opened) raw.say(book);
    await pause(100);
    for (const raw of opened) raw.socket.resetAndDestroy();
    await eventually(async () => {
      const page = await MetricsPage.scrape(http);
      expect(page.value('exchange_stream_connections', { path: 'market' })).toBe(1);
      expect(page.value('exchange_stream_subscriptions', { path: 'market', channel: 'book' })).toBe(1);
    });
  });

  it('somebody who does not answer pings is given up with 4408', async () => {
    const raw = await RawWebSocket.open(http);
    expect(await raw.closed()).toBe(4408);
    expect(raw.pings).toBe(2);
    raw.destroy();
  });

  it('an opening that never ends is ended', async () => {
    const answers = await Promise.all(lorises);
    expect(answers[0]).toMatch(/^HTTP\/1\.1 400 [\s\S]*took too long/);
    expect(new Set(answers.map((answer) => answer.split('\r\n')[0]))).toEqual(new Set(['HTTP/1.1 400 Bad Request']));
  }, 20_000);

  it('nobody else has noticed, and nothing has changed', async () => {
    expect((await fetch(`${http}/health/live`)).status).toBe(200);
    expect(await sequenceOf()).toBe(sequence);
    expect(residentBytes() - memoryBytes).toBeLessThan(50 * 2 ** 20);
    expect(witness.closeCode).toBeUndefined();
    const gaps = heardAtMs.slice(1).map((atMs, index) => atMs - heardAtMs[index]!);
    expect(gaps.length).toBeGreaterThan(50);
    // It is sent a heartbeat every 100 ms; beside it the machine does other things.
    expect(Math.max(...gaps)).toBeLessThan(2_000);
    expect(server.output).not.toMatch(/"level":"error"| at .*[.]ts:\d/);
  });
});

function expectNoInsides(words: string): void {
  expect(words).not.toMatch(/node_modules|\.[jt]s:\d|(\\n|\n) +at |INTERNAL/);
}
