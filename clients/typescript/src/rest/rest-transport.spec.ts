import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientOptions } from '../client-options.js';
import { ExchangeClient } from '../exchange-client.js';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly key: string | string[] | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const order = { accountId: 'acc-7', symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '0.1' } as const;
const placed: Answer = (response) => response.writeHead(201).end('{"orderId":"ord-42"}');
const cut: Answer = (_response, { socket }) => socket.destroy();
const silent: Answer = () => undefined;

function refused(status: number, code: string, headers: Record<string, string> = {}): Answer {
  const problem = { status, code, detail: 'Not now.', errors: [{ field: 'price', message: 'is missing' }] };
  return (response) => response.writeHead(status, { 'x-request-id': 'req-1', ...headers }).end(JSON.stringify(problem));
}

describe('a request', () => {
  let server: Server;
  let seen: Seen[];
  let answers: Answer[];

  beforeEach(async () => {
    [seen, answers] = [[], []];
    server = createServer(async (request, response) => {
      const { method, url, headers } = request;
      const body = Buffer.concat(await request.toArray()).toString();
      seen.push({ method, url, key: headers['idempotency-key'], authorization: headers.authorization, body });
      const answer = answers.shift() ?? placed;
      answer(response, request);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  function client(options: ClientOptions = {}): ExchangeClient {
    return new ExchangeClient({ address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...options });
  }

  it('is sent as it is, with the token', async () => {
    await client({ token: 'exs_1' }).orders.getByClientOrderId('acc-7', 'a/b?c');
    const url = '/api/v1/orders/by-client-order-id/a%2Fb%3Fc?accountId=acc-7';
    expect(seen).toMatchObject([{ method: 'GET', url, authorization: 'Bearer exs_1', body: '' }]);
  });

  it.each([
    ['the connection breaks', cut],
    ['the exchange is too busy', refused(503, 'OVERLOADED')],
    ['a gateway cannot reach it', (response) => response.writeHead(502).end('<h1>Bad Gateway</h1>')],
  ] satisfies [string, Answer][])('for an order is sent again, the very same, when %s', async (_when, fault) => {
    answers = [fault, fault];
    expect(await client().orders.place(order)).toEqual({ orderId: 'ord-42' });
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
    expect(JSON.parse(seen[0]!.body)).toEqual({ ...order, clientOrderId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it('for an order keeps the clientOrderId that it was given', async () => {
    await client().orders.place({ ...order, clientOrderId: 'mine' });
    expect(JSON.parse(seen[0]!.body)).toEqual({ ...order, clientOrderId: 'mine' });
  });

  it('is sent again when there is no answer in time, and given up in the end', async () => {
    answers = [silent, silent, silent, silent, silent, silent, silent, silent];
    const placing = client({ timeoutMs: 50, retryForMs: 400 }).orders.place(order);
    await expect(placing).rejects.toMatchObject({ name: 'NoAnswerError', timedOut: true });
    expect(seen.length).toBeGreaterThan(1);
  });

  it('that moves money carries one Idempotency-Key however often it is sent', async () => {
    answers = [cut];
    const { accounts } = client();
    await accounts.deposit('acc-7', { asset: 'USD', amount: '1' });
    await accounts.withdraw('acc-7', { asset: 'USD', amount: '1' }, { idempotencyKey: 'mine' });
    const [first, again, other] = seen.map(({ key }) => key);
    expect([first, again, other]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), first, 'mine']);
  });

  it.each([
    ['cancel', (exchange: ExchangeClient) => exchange.orders.cancel('ord-42')],
    ['cancelAll', (exchange: ExchangeClient) => exchange.orders.cancelAll({ accountId: 'acc-7' })],
    ['update', (exchange: ExchangeClient) => exchange.accounts.update('acc-7', { status: 'SUSPENDED' })],
    ['issue', (exchange: ExchangeClient) => exchange.apiKeys.issue('acc-7', { scopes: ['read'] })],
    ['revoke', (exchange: ExchangeClient) => exchange.apiKeys.revoke('acc-7', 'key-17')],
  ])('that is not idempotent is sent once: %s', async (_name, call) => {
    answers = [cut];
    await expect(call(client())).rejects.toMatchObject({ name: 'NoAnswerError', timedOut: false });
    expect(seen).toHaveLength(1);
  });

  it('waits as long as the exchange asks for', async () => {
    answers = [refused(429, 'RATE_LIMITED', { 'retry-after': '1' })];
    const sent = performance.now();
    await client().orders.get('ord-42');
    expect(performance.now() - sent).toBeGreaterThanOrEqual(999);
    answers = [refused(429, 'RATE_LIMITED', { 'retry-after': '60' })];
    await expect(client().orders.get('ord-42')).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 60_000 });
  });

  it('that is refused is not sent again, and the error says all that the answer said', async () => {
    answers = [refused(400, 'VALIDATION_FAILED')];
    await expect(client().orders.place(order)).rejects.toMatchObject({
      ...{ name: 'ExchangeError', code: 'VALIDATION_FAILED', status: 400, detail: 'Not now.', requestId: 'req-1' },
      fields: [{ field: 'price', message: 'is missing' }],
    });
    answers = [refused(500, 'INTERNAL')];
    await expect(client().orders.place(order)).rejects.toMatchObject({ code: 'INTERNAL' });
    answers = [(response) => response.end('<h1>Welcome</h1>')];
    await expect(client().orders.get('ord-42')).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 200 });
    expect(seen).toHaveLength(3);
  });

  it('ends with the reason of its signal, while it is sent and between two attempts', async () => {
    const reason = new Error('enough');
    for (const answer of [silent, refused(503, 'DRAINING', { 'retry-after': '20' })]) {
      answers = [answer];
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 100);
      await expect(client().orders.get('ord-42', { signal: controller.signal })).rejects.toBe(reason);
    }
  });

  it('that cannot be written is an error at once', async () => {
    await expect(client().orders.cancel('')).rejects.toThrow('"" names nothing');
    await expect(client().orders.get('..')).rejects.toThrow('".." names nothing');
    const options = { idempotencyKey: 'a\nb' };
    await expect(client().accounts.create({ name: 'A' }, options)).rejects.toThrow('invalid header value');
    expect(() => new ExchangeClient({ address: 'nowhere' })).toThrow('Invalid URL');
    expect(seen).toEqual([]);
  });

  it('for a list reads page after page', async () => {
    const page = (items: number[], nextCursor: string | null): Answer => {
      return (response) => response.end(JSON.stringify({ items, nextCursor }));
    };
    const pages = () => [page([1, 2], 'a'), page([], 'b'), page([3], null)];
    answers = pages();
    const list = client().orders.list({ accountId: 'acc-7', limit: 2 });
    expect(await Array.fromAsync(list)).toEqual([1, 2, 3]);
    expect(seen.map(({ url }) => url)).toEqual([
      '/api/v1/orders?accountId=acc-7&limit=2',
      '/api/v1/orders?accountId=acc-7&limit=2&cursor=a',
      '/api/v1/orders?accountId=acc-7&limit=2&cursor=b',
    ]);
    answers = pages();
    expect(await list.page()).toEqual({ items: [1, 2], nextCursor: 'a' });
  });
});
