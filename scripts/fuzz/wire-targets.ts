import { connect as connectHttp2, constants, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import type { Random } from '../crash/random.js';
import { type Input, insidesIn, type Outcome, type Target } from './outcome.js';

/** How long a server may leave what is no request unanswered before it is left alone. */
const listenMs = 300;
const callTimeoutMs = 10_000;
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** What no client library would send: bytes over plain sockets, and calls that only look like gRPC. */
export function wireTargets(http: string, grpc: string): Target[] {
  return [
    { name: 'bytes to the REST port', weight: 1, send: (input) => sendBytes(http, httpBytes(input.random)) },
    { name: 'HTTP/2 frames', weight: 1, send: ({ random }) => sendBytes(`http://${grpc}`, http2Bytes(random)) },
    { name: 'calls that are hardly gRPC', weight: 1, send: (input) => hardlyGrpc(`http://${grpc}`, input) },
  ];
}

/** Whatever comes back is fine, as long as it tells nothing of the inside and is no 5xx. */
async function sendBytes(address: string, bytes: Buffer): Promise<Outcome> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  const end = await new Promise<string>((resolve) => {
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve('ended'));
    socket.on('error', () => resolve('cut'));
    setTimeout(() => resolve('open'), listenMs);
  });
  socket.destroy();
  const text = Buffer.concat(chunks).toString('latin1');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  const findings = insidesIn(text);
  if (status?.startsWith('5')) findings.push(`it was answered with ${text.slice(0, 300)}`);
  if (status?.startsWith('4') && !text.includes('application/problem+json'))
    findings.push(`the answer is no problem: ${text.slice(0, 300)}`);
  const sent = `the bytes ${bytes.subarray(0, 300).toString('hex')}`;
  return { status: status ?? end, verdict: 'REFUSED', findings, sent };
}

function noise(random: Random, lengthMax: number): Buffer {
  return Buffer.from(Array.from({ length: random.between(1, lengthMax) }, () => random.between(0, 255)));
}

function httpBytes(random: Random): Buffer {
  const crlf = '\r\n';
  const get = `GET /api/v1/markets HTTP/1.1${crlf}Host: x${crlf}`;
  const post = `POST /api/v1/orders HTTP/1.1${crlf}Host: x${crlf}Content-Type: application/json${crlf}`;
  const ways: (() => string | Buffer)[] = [
    () => noise(random, 300),
    () => `${get}X-Long: ${'x'.repeat(random.pick([15_000, 17_000, 100_000]))}${crlf}${crlf}`,
    () => `${get}${'X-Many: 1\r\n'.repeat(3_000)}${crlf}`,
    () => `${post}Content-Length: 2${crlf}Content-Length: 3${crlf}${crlf}{}`,
    () => `${post}Content-Length: -1${crlf}${crlf}{}`,
    () => `${post}Transfer-Encoding: chunked${crlf}${crlf}zz${crlf}{}${crlf}`,
    () => `${post}Transfer-Encoding: chunked${crlf}Content-Length: 2${crlf}${crlf}0${crlf}${crlf}`,
    () => `GET http://[::1/ HTTP/1.1${crlf}Host: x${crlf}${crlf}`,
    () => `GET /\u0000 HTTP/1.1${crlf}Host: x${crlf}${crlf}`,
    () => `GET /api/v1/markets HTTP/9.9${crlf}Host: x${crlf}${crlf}`,
    () => `BREW /coffee HTTP/1.1${crlf}Host: x${crlf}${crlf}`,
    () => `CONNECT x:1 HTTP/1.1${crlf}Host: x${crlf}${crlf}`,
    () => `OPTIONS * HTTP/1.1${crlf}Host: x${crlf}${crlf}`,
    () => `${get}Connection: Upgrade${crlf}Upgrade: ${random.pick(['h2c', 'websocket', 'x'])}${crlf}${crlf}`,
    () =>
      `GET /ws/v1/market HTTP/1.1${crlf}Host: x${crlf}Connection: Upgrade${crlf}Upgrade: websocket${crlf}Sec-WebSocket-Version: ${random.between(0, 14)}${crlf}Sec-WebSocket-Key: ?${crlf}${crlf}`,
    () => `${get}${crlf}${get}${crlf}`.repeat(20),
    () => preface,
  ];
  const made = random.pick(ways)();
  return Buffer.isBuffer(made) ? made : Buffer.from(made, 'latin1');
}

function http2Frame(type: number, flags: number, stream: number, payload: Buffer, length = payload.length): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, payload]);
}

/** Frames of every type there is and of some that there are not, with payloads that they cannot have. */
function http2Bytes(random: Random): Buffer {
  const settings = http2Frame(4, 0, 0, Buffer.alloc(0));
  const any = () =>
    http2Frame(
      random.between(0, 12),
      random.pick([0, 1, 4, 5, 8, 0x20, 0xff]),
      random.pick([0, 1, 2, 3, 0x7fffffff]),
      noise(random, 40),
    );
  const ways: (() => Buffer)[] = [
    () => noise(random, 200),
    () => Buffer.concat([preface, noise(random, 100)]),
    () => Buffer.concat([preface, http2Frame(4, 0, 0, Buffer.alloc(5))]),
    () => Buffer.concat([preface, settings, http2Frame(0, 0, 1, Buffer.alloc(10), 2 ** 24 - 1)]),
    () => Buffer.concat([preface, settings, http2Frame(8, 0, 0, Buffer.alloc(4))]),
    () => Buffer.concat([preface, settings, http2Frame(8, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff]))]),
    () => Buffer.concat([preface, settings, http2Frame(9, 4, 1, noise(random, 20))]),
    () =>
      Buffer.concat([preface, settings, ...Array.from({ length: 200 }, () => http2Frame(6, 0, 0, Buffer.alloc(8)))]),
    () => Buffer.concat([preface, settings, ...Array.from({ length: 6 }, any)]),
  ];
  return random.pick(ways)();
}

const ticker = '/exchange.v1.MarketDataService/GetTicker';
const message = Buffer.from([0, 0, 0, 0, 9, 0x0a, 7, ...Buffer.from('BTC-USD')]);

/** A call over HTTP/2 with something about it that gRPC does not allow. It has to come to an end. */
async function hardlyGrpc(address: string, { random, requestId }: Input): Promise<Outcome> {
  const right = {
    ...{ ':method': 'POST', ':path': ticker, 'content-type': 'application/grpc', te: 'trailers' },
    'x-request-id': requestId,
  };
  const ways: readonly (readonly [headers: Record<string, string | undefined>, body: Buffer, isForLibrary?: true])[] = [
    [{ 'content-type': 'text/plain' }, message],
    [{ 'content-type': 'application/json' }, Buffer.from('{}')],
    [{ 'content-type': 'application/grpc+json' }, message],
    [{ 'content-type': '' }, message],
    [{ ':method': 'GET' }, Buffer.alloc(0)],
    [{ ':method': 'PUT' }, message],
    [{ ':path': '/' }, message],
    [{ ':path': '/exchange.v1.MarketDataService/GetNothing' }, message],
    [{ ':path': '/exchange.v1.NoService/GetTicker' }, message],
    [{ te: undefined }, message],
    [{ 'grpc-timeout': 'soon' }, message, true],
    [{ 'grpc-timeout': '99999999999999H' }, message],
    [{ 'grpc-timeout': '1n' }, message],
    [{ 'grpc-encoding': 'rot13' }, message],
    [{ 'x-odd-bin': '%%%' }, message],
    [{ 'x-request-id': 'a b' }, message],
    [{ traceparent: 'zz' }, message],
    [{}, Buffer.alloc(0)],
    [{}, message.subarray(0, 7)],
    [{}, Buffer.concat([message, message])],
    [{}, Buffer.from([1, ...message.subarray(1)]), true],
    [{ 'grpc-encoding': 'gzip' }, Buffer.from([1, ...message.subarray(1)]), true],
    [{}, Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1])],
    [{}, noise(random, 60)],
  ];
  const [wrong, body, isForLibrary = false] = random.pick(ways);
  const given = Object.entries({ ...right, ...wrong }).filter(([, value]) => value !== undefined);
  const headers = Object.fromEntries(given) as Record<string, string>;
  const { http, grpc, text } = await callOf(address, headers, body);
  const findings = insidesIn(text);
  if (http === 'none') findings.push('the call came to no end');
  // What breaks gRPC's own framing is answered by its library, with the INTERNAL that gRPC has for it.
  else if ((grpc === '2' || grpc === '13') && !isForLibrary)
    findings.push(`it failed with the status ${grpc}: ${text}`);
  if (http.startsWith('5')) findings.push(`it was answered with ${http}`);
  const sent = `${JSON.stringify(headers)} ${body.toString('hex')}`;
  return {
    status: grpc === undefined ? http : `grpc ${grpc}`,
    verdict: grpc === '0' ? 'ACCEPTED' : 'REFUSED',
    findings,
    sent,
  };
}

interface Ended {
  readonly http: string;
  readonly grpc: string | undefined;
  readonly text: string;
}

async function callOf(address: string, headers: Record<string, string>, body: Buffer): Promise<Ended> {
  const session = connectHttp2(address);
  session.on('error', () => undefined);
  let told: IncomingHttpHeaders = {};
  const end = await new Promise<string>((resolve) => {
    const call = session.request(headers, { endStream: false });
    call.on('response', (answer) => Object.assign(told, answer));
    call.on('trailers', (answer) => {
      told = { ...told, ...answer };
    });
    call.on('error', () => resolve('reset'));
    call.on('close', () => resolve(call.rstCode === constants.NGHTTP2_NO_ERROR ? 'ended' : 'reset'));
    call.resume();
    call.end(body);
    setTimeout(() => resolve('none'), callTimeoutMs).unref();
  });
  session.destroy();
  const text = decodeURIComponent(String(told['grpc-message'] ?? ''));
  const grpc = told['grpc-status'];
  return { http: end === 'none' ? end : String(told[':status'] ?? end), grpc: grpc && String(grpc), text };
}
