import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Metadata } from '@grpc/grpc-js';
import type { ExchangeDriver, Operation, Request } from './exchange-driver.fixture.js';
import { GrpcDriver } from './grpc-driver.fixture.js';
import { RestDriver } from './rest-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

const bodyBytesMax = 65_536;
const json = { 'content-type': 'application/json' };
const limitOrder = { symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '59000' };

/** What must be refused, with the status and code of the refusal and the fields that it names. */
type Expected = readonly [status: number, code: string, ...fields: string[]];
const malformed = (...fields: string[]): Expected => [400, 'VALIDATION_FAILED', ...fields];

const notAmounts = [
  ...['1e3', '1E3', '-0', '-1', '+1', '0x10', '0b1', '0o7', '1n', '０.５', '１２', '٣', '½', '∞', 'NaN', 'Infinity'],
  ...['0', '0.0', '0.00000000', '', ' ', ' 1', '1 ', '1\n', '1\u0000', '.5', '5.', '.', '00.1', '01', '1,000', '1_000'],
  ...[
    '1.2.3',
    '1/2',
    '$1',
    '1;DROP TABLE orders',
    '9'.repeat(200),
    `0.${'1'.repeat(200)}`,
    '0.123456789',
    '1'.repeat(20),
  ],
];

/** What both transports can say, in the words of JSON. `mine`, `other` and `order` stand for what is there. */
const overBoth: readonly (readonly [Operation, Request, Expected])[] = [
  ...notAmounts.map((quantity) => ['PlaceOrder', { ...limitOrder, quantity }, malformed('quantity')] as const),
  ...notAmounts.map((amount) => ['Deposit', { asset: 'USD', amount }, malformed('amount')] as const),
  ...['1e5', '-1', '0', '59000.123456789'].map(
    (price) => ['PlaceOrder', { ...limitOrder, price }, malformed('price')] as const,
  ),
  ['PlaceOrder', { ...limitOrder, quantity: '1e3', price: '+1' }, malformed('quantity', 'price')],
  ['PlaceOrder', { ...limitOrder, quantity: undefined }, malformed('quantity')],
  ['PlaceOrder', { ...limitOrder, price: undefined }, malformed('price')],
  ['PlaceOrder', { ...limitOrder, quoteQuantity: '5' }, malformed('quoteQuantity')],
  ['PlaceOrder', { ...limitOrder, side: undefined }, malformed('side')],
  ['PlaceOrder', { ...limitOrder, type: undefined }, malformed('type')],
  ['PlaceOrder', { ...limitOrder, type: 'MARKET' }, malformed('price')],
  ['PlaceOrder', { ...limitOrder, type: 'MARKET', price: undefined, timeInForce: 'FOK' }, malformed('timeInForce')],
  ['PlaceOrder', { ...limitOrder, postOnly: true, timeInForce: 'IOC' }, malformed('postOnly')],
  ['PlaceOrder', { ...limitOrder, symbol: undefined }, malformed('symbol')],
  ['PlaceOrder', { ...limitOrder, symbol: 'btc-usd' }, malformed('symbol')],
  ['PlaceOrder', { ...limitOrder, symbol: '../../etc/passwd' }, malformed('symbol')],
  ['PlaceOrder', { ...limitOrder, symbol: 'BTC-EUR' }, [404, 'MARKET_NOT_FOUND']],
  ['PlaceOrder', { ...limitOrder, accountId: 'acc-999999' }, [404, 'ACCOUNT_NOT_FOUND']],
  ...['7', 'acc-0', 'acc-07', 'acc--1', 'acc-1e3', 'ord-7', 'acc-fees', 'acc-external', `acc-${'9'.repeat(30)}`].map(
    (accountId) => ['PlaceOrder', { ...limitOrder, accountId }, malformed('accountId')] as const,
  ),
  ...['', 'a b', 'a\r\nb', 'a/../b', 'ä', "'; --", 'x'.repeat(65)].map(
    (clientOrderId) => ['PlaceOrder', { ...limitOrder, clientOrderId }, malformed('clientOrderId')] as const,
  ),
  ...['', '   ', 'a\nb', 'a\u0000b', 'x'.repeat(101)].map(
    (name) => ['CreateAccount', { accountId: undefined, name }, malformed('name')] as const,
  ),
  ['CreateAccount', { accountId: undefined, name: 'A', ownerId: '../b' }, malformed('ownerId')],
  ['UpdateAccount', {}, malformed('status')],
  ['UpdateAccount', { accountId: 'acc-999999', status: 'CLOSED' }, [404, 'ACCOUNT_NOT_FOUND']],
  ['Deposit', { asset: 'usd', amount: '1' }, malformed('asset')],
  ['Deposit', { asset: 'DOGE', amount: '1' }, [404, 'ASSET_NOT_FOUND']],
  ['Deposit', { accountId: 'acc-999999', asset: 'USD', amount: '1' }, [404, 'ACCOUNT_NOT_FOUND']],
  ['Withdraw', { accountId: 'acc-fees', asset: 'USD', amount: '1' }, malformed('accountId')],
  ['Transfer', { accountId: undefined, asset: 'USD', amount: '1' }, malformed('fromAccountId', 'toAccountId')],
  ['GetAccount', { accountId: 'acc-999999' }, [404, 'ACCOUNT_NOT_FOUND']],
  ['GetAccount', { accountId: 'ACC-3' }, malformed('accountId')],
  ['GetBalances', { asset: 'DOGE' }, [404, 'ASSET_NOT_FOUND']],
  ['GetOrder', { accountId: undefined, orderId: 'ord-999999' }, [404, 'ORDER_NOT_FOUND']],
  ['GetOrder', { accountId: undefined, orderId: 'acc-3' }, malformed('orderId')],
  ['GetOrder', { accountId: 'other', clientOrderId: 'mine-1' }, [404, 'ORDER_NOT_FOUND']],
  ['CancelOrder', { accountId: undefined, orderId: 'ord-999999' }, [404, 'ORDER_NOT_FOUND']],
  ['CancelOrders', { symbol: 'BTC-EUR' }, [404, 'MARKET_NOT_FOUND']],
  ['CancelOrders', { accountId: undefined }, malformed('accountId')],
  ...[0, -1, 501, 10_000, 2_147_483_647].map((limit) => ['ListOrders', { limit }, malformed('limit')] as const),
  ...['', '%', 'nonsense', 'b3JkZXJzOi0x', 'b3JkZXJzOjFlMw', 'YWNjb3VudHM6Mw', 'x'.repeat(300)].map(
    (cursor) => ['ListOrders', { cursor }, malformed('cursor')] as const,
  ),
  ['ListAccounts', { accountId: undefined, limit: 0 }, malformed('limit')],
  ['ListLedgerEntries', { asset: 'DOGE' }, [404, 'ASSET_NOT_FOUND']],
  ['ListAccountTrades', { symbol: 'BTC-EUR' }, [404, 'MARKET_NOT_FOUND']],
  ['GetTicker', { accountId: undefined, symbol: 'BTC-EUR' }, [404, 'MARKET_NOT_FOUND']],
  ['GetOrderBook', { accountId: undefined, symbol: 'BTC-USD', depth: 0 }, malformed('depth')],
  ['ListTrades', { accountId: undefined, symbol: 'BTC/USD' }, malformed('symbol')],
  ['ListCandles', { accountId: undefined, symbol: 'BTC-USD', interval: '2m' }, malformed('interval')],
];

/** A body that is sent to `POST /api/v1/orders` as it is. */
const bodies: readonly (readonly [what: string, body: string | Uint8Array, Expected])[] = [
  ['nothing', '', malformed()],
  ['text', 'hello', malformed()],
  ['a list', '[]', malformed()],
  ['null', 'null', malformed()],
  ['a number', '7', malformed()],
  ['half an object', '{"side":', malformed()],
  ['a trailing comma', '{"side":"BUY",}', malformed()],
  ['a comment', '{/* */}', malformed()],
  ['bytes that are not UTF-8', Uint8Array.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), malformed()],
  ['a key twice', '{"side":"BUY","side":"SELL"}', malformed()],
  ['lists 50,000 deep', '['.repeat(25_000) + ']'.repeat(25_000), malformed()],
  ['objects 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, malformed()],
  ['__proto__', '{"__proto__":{"side":"BUY"}}', malformed('__proto__')],
  ['constructor', '{"constructor":{"prototype":{"side":"BUY"}}}', malformed('constructor')],
  ['a body over the limit', JSON.stringify({ side: 'x'.repeat(bodyBytesMax) }), [413, 'BODY_TOO_LARGE']],
];

/** Fields of an order of a type that JSON has and the order has not. */
const wrongTypes: readonly (readonly [field: string, value: unknown])[] = [
  ['quantity', 0.01],
  ['quantity', 1e21],
  ['quantity', null],
  ['quantity', true],
  ['quantity', ['0.01']],
  ['quantity', { value: '0.01' }],
  ['accountId', 3],
  ['accountId', null],
  ['symbol', ['BTC-USD']],
  ['side', 'buy'],
  ['side', 'SIDE_BUY'],
  ['side', 1],
  ['type', 'STOP'],
  ['timeInForce', 'DAY'],
  ['timeInForce', null],
  ['postOnly', 'true'],
  ['postOnly', 0],
  ['clientOrderId', 7],
  ['selfTradePrevention', 'NONE'],
  ['stopPrice', '1'],
  ['orderId', 'ord-1'],
  ['toString', '1'],
];

const contentTypes = [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'x',
];

const paths: readonly (readonly [method: string, path: string, Expected])[] = [
  ['GET', '/api/v1/accounts/acc-3%00', malformed('accountId')],
  ['GET', '/api/v1/accounts/acc-3%0d%0aX-Evil:%201', malformed('accountId')],
  ['GET', '/api/v1/accounts/..%2f..%2fetc', malformed('accountId')],
  ['GET', '/api/v1/accounts/%ff', malformed()],
  ['GET', '/api/v1/accounts/%', malformed()],
  ['GET', `/api/v1/accounts/${'a'.repeat(5_000)}`, malformed()],
  ['GET', '/api/v1/orders/by-client-order-id/a%20b?accountId=acc-3', malformed('clientOrderId')],
  ['GET', '/api/v1/orders/by-client-order-id/mine-1', malformed('accountId')],
  ['GET', '/api/v1/orders?limit=1e1', malformed('limit')],
  ['GET', '/api/v1/orders?limit=1&limit=2', malformed('limit')],
  ['GET', '/api/v1/orders?limit=０', malformed('limit')],
  ['GET', '/api/v1/orders?status=filled', malformed('status')],
  ['GET', '/api/v1/orders?accountID=acc-3', malformed('accountID')],
  ['GET', '/api/v1/orders?__proto__=1', malformed('__proto__')],
  ['GET', '/api/v1/orders/ord-1?verbose=true', malformed('verbose')],
  ['GET', '/api/v1/markets/BTC-USD/candles?interval=1m&from=yesterday', malformed('from')],
  ['GET', '/api/v1/markets/BTC-USD/candles?interval=1m&from=2026-02-30T00:00:00Z', malformed('from')],
  ['GET', '/api/v1/markets/BTC-USD/candles?interval=1m&to=1700000000000', malformed('to')],
  ['GET', '/api/v1/markets/BTC-USD/book?depth=ten', malformed('depth')],
  ['GET', '/api/v1/accounts/acc-3/audit?cursor=b3JkZXJzOjE', malformed('cursor')],
  ['GET', '/api/v1/nowhere', [404, 'NOT_FOUND']],
  ['GET', '/api/v1/../../etc/passwd', [404, 'NOT_FOUND']],
  ['PUT', '/api/v1/orders', [405, 'METHOD_NOT_ALLOWED']],
  ['DELETE', '/api/v1/accounts/acc-3', [405, 'METHOD_NOT_ALLOWED']],
];

/** What only bytes on the wire can say. */
const wires: readonly (readonly [what: string, bytes: string])[] = [
  ['something else than HTTP', 'EHLO exchange\r\n\r\n'],
  ['a line break in a header', 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\nX-Evil: 1\r\n\r\n'],
  ['a zero byte in a header', 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\u0000b\r\n\r\n'],
  ['two lengths', 'POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
  ['headers without end', `GET /health/live HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`],
  [
    'a length and chunks',
    'POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
];

const string = (number: number, text: string | Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, text.length]), Buffer.from(text as string)]);

/** What only protobuf can say. */
const messages: readonly (readonly [what: string, Operation, bytes: Buffer, Expected])[] = [
  ['bytes that are no message', 'PlaceOrder', Buffer.from([0x0a, 0xff, 0xff]), malformed()],
  ['a number for an id', 'GetAccount', Buffer.from([0x08, 0x07]), malformed('accountId')],
  ['an empty message', 'CancelOrder', Buffer.alloc(0), malformed('orderId')],
  [
    'a status that is not specified',
    'UpdateAccount',
    Buffer.concat([string(1, 'acc-3'), Buffer.from([0x10, 0])]),
    malformed('status'),
  ],
  [
    'a status that does not exist',
    'UpdateAccount',
    Buffer.concat([string(1, 'acc-3'), Buffer.from([0x10, 99])]),
    malformed('status'),
  ],
  ['a name that is not UTF-8', 'CreateAccount', string(1, Uint8Array.from([0x61, 0xff])), malformed('name')],
  ['an id that is not UTF-8', 'GetAccount', string(1, Uint8Array.from([0x61, 0xff])), malformed('accountId')],
  [
    'two names for one order',
    'GetOrder',
    Buffer.concat([string(1, 'ord-1'), string(3, 'mine-1')]),
    malformed('orderId'),
  ],
  ['no name for an order', 'GetOrder', string(2, 'acc-3'), malformed('orderId')],
  [
    'a time with too many nanoseconds',
    'ListCandles',
    Buffer.concat([string(1, 'BTC-USD'), string(2, '1m'), Buffer.from([0x22, 6, 0x10, 0x80, 0x94, 0xeb, 0xdc, 0x03])]),
    malformed('from'),
  ],
  ['a message over the limit', 'CreateAccount', Buffer.alloc(bodyBytesMax + 1), [429, 'RESOURCE_EXHAUSTED']],
];

describe('bad input', () => {
  let exchange: RunningExchange;
  let rest: RestDriver;
  let grpc: GrpcDriver;
  let http: string;
  let before: unknown;
  const known = new Map<unknown, string>();

  beforeAll(async () => {
    exchange = await RunningExchange.start({ BODY_BYTES_MAX: `${bodyBytesMax}` });
    http = exchange.addresses.http;
    rest = new RestDriver(http);
    grpc = new GrpcDriver(exchange.addresses.grpc);
    for (const name of ['mine', 'other']) known.set(name, (await mustDo('CreateAccount', { name })).accountId);
    const accountId = known.get('mine');
    await mustDo('Deposit', { accountId, asset: 'USD', amount: '1000' });
    await mustDo('PlaceOrder', { ...limitOrder, accountId, clientOrderId: 'mine-1' });
    before = await exchange.fingerprint();
  });

  afterAll(async () => {
    grpc.close();
    await exchange.stop();
  });

  async function mustDo(operation: Operation, request: Request) {
    const outcome = await rest.call(operation, request);
    if ('answer' in outcome) return outcome.answer;
    throw new Error(outcome.refusal.detail);
  }

  /** The request, for the account `mine` unless it says otherwise. */
  function completed(request: Request): Request {
    const all = { accountId: 'mine', ...request };
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    return Object.fromEntries(given.map(([name, value]) => [name, known.get(value) ?? value]));
  }

  async function expectRefusal(driver: ExchangeDriver, operation: Operation, request: Request, expected: Expected) {
    expectThat(await driver.call(operation, completed(request)), expected);
  }

  function expectThat(outcome: Awaited<ReturnType<ExchangeDriver['call']>>, [status, code, ...fields]: Expected) {
    if ('answer' in outcome) throw new Error(`it was taken: ${JSON.stringify(outcome.answer)}`);
    const { refusal } = outcome;
    expect([refusal.status, refusal.code, ...refusal.fields]).toEqual([status, code, ...fields]);
    expectNoInsides(JSON.stringify(refusal));
  }

  async function expectProblem(response: Response, [status, code, ...fields]: Expected): Promise<void> {
    const text = await response.text();
    expectNoInsides(text);
    const problem = JSON.parse(text);
    const named = (problem.errors ?? []).map(({ field }: { field: string }) => field);
    expect([response.status, problem.code, ...named]).toEqual([status, code, ...fields]);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  }

  it('is a table of more than a hundred cases', () => {
    const overRest = bodies.length + wrongTypes.length + contentTypes.length + paths.length + wires.length;
    expect(2 * overBoth.length + overRest + messages.length).toBeGreaterThan(300);
  });

  const shown = overBoth.map(([operation, request, expected]) => {
    const what = JSON.stringify(request).slice(0, 100);
    return [operation, what, request, expected] as const;
  });

  it.each(shown)('over REST: %s %s', (operation, _what, request, expected) =>
    expectRefusal(rest, operation, request, expected),
  );

  it.each(shown)('over gRPC: %s %s', (operation, _what, request, expected) =>
    expectRefusal(grpc, operation, request, expected),
  );

  it.each(bodies)('a body: %s', async (_what, body, expected) => {
    await expectProblem(
      await fetch(`${http}/api/v1/orders`, { method: 'POST', headers: json, body: body as string }),
      expected,
    );
  });

  it.each(wrongTypes)('an order with %s = %j', async (field, value) => {
    const body = JSON.stringify({ ...completed(limitOrder), [field]: value });
    await expectProblem(
      await fetch(`${http}/api/v1/orders`, { method: 'POST', headers: json, body }),
      malformed(field),
    );
  });

  it.each(contentTypes)('a body of the type %s', async (type) => {
    const body = JSON.stringify(completed(limitOrder));
    const response = await fetch(`${http}/api/v1/orders`, { method: 'POST', headers: { 'content-type': type }, body });
    await expectProblem(response, [415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'x'])('a body with the Content-Encoding %s', async (encoding) => {
    const body = encoding === 'gzip' ? gzipSync(JSON.stringify(completed(limitOrder))) : '{}';
    const headers = { ...json, 'content-encoding': encoding };
    const response = await fetch(`${http}/api/v1/orders`, { method: 'POST', headers, body });
    await expectProblem(response, [415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it.each(paths)('%s %s', async (method, path, expected) => {
    await expectProblem(await fetch(http + path, { method }), expected);
  });

  it.each(['k 1', 'x'.repeat(129), 'a,b', ''])('the Idempotency-Key %j', async (key) => {
    const url = `${http}/api/v1/accounts/${known.get('mine')}/deposits`;
    const body = JSON.stringify({ asset: 'USD', amount: '1' });
    const response = await fetch(url, { method: 'POST', headers: { ...json, 'idempotency-key': key }, body });
    await expectProblem(response, malformed('Idempotency-Key'));
    const deposit = { asset: 'USD', amount: '1', idempotencyKey: key };
    await expectRefusal(grpc, 'Deposit', deposit, malformed('idempotencyKey'));
  });

  it.each(wires)('on the wire: %s', async (_what, bytes) => {
    const { hostname, port } = new URL(http);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
    });
    socket.write(bytes, 'latin1');
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"VALIDATION_FAILED"/);
    expectNoInsides(answer);
  });

  it.each(messages)('a message: %s', async (_what, operation, bytes, expected) => {
    expectThat(await grpc.send(operation, bytes), expected);
  });

  it('metadata that is no idempotency key', async () => {
    const metadata = new Metadata();
    metadata.set('idempotency-key', 'a b');
    expectThat(await grpc.send('CreateAccount', string(1, 'Ann'), metadata), malformed('Idempotency-Key'));
  });

  it('has changed nothing at all', async () => {
    expect(await exchange.fingerprint()).toEqual(before);
  });
});

function expectNoInsides(text: string): void {
  expect(text).not.toMatch(/node_modules|\.[jt]s:\d|(\\n|\n) +at |INTERNAL/);
}
