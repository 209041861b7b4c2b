import { type AddressInfo, connect } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { edgeApplication, OffersController } from './edge.fixture.js';
import type { ProblemBody } from './problem.js';

const offer = { accountId: 'acc-7', name: 'an offer', side: 'BUY', quantity: '0.1' };
const json = { 'content-type': 'application/json' };

describe('the edge over REST', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await edgeApplication(OffersController);
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  const post = (payload: string | Buffer, headers: Record<string, string> = json) =>
    app.inject({ method: 'POST', url: '/offers', payload, headers });
  const get = (url: string) => app.inject({ method: 'GET', url });
  const fieldsOf = (body: ProblemBody) => body.errors?.map(({ field }) => field);

  /** Whatever comes back for these bytes, until the end of the connection. */
  function answerTo(bytes: string): Promise<string> {
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.setEncoding('utf8');
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    });
  }

  describe('takes', () => {
    it('a body, and says who asked', async () => {
      const answer = await post(JSON.stringify(offer), { ...json, 'x-request-id': 'r-1', 'idempotency-key': 'k-1' });
      expect(answer.statusCode).toBe(201);
      expect(answer.json()).toEqual({ body: offer, origin: { transport: 'REST', requestId: 'r-1' }, key: 'k-1' });
      expect(answer.headers['x-request-id']).toBe('r-1');
    });

    it.each(['application/json; charset=utf-8', 'application/json;charset="UTF-8"'])('%s', async (type) => {
      expect((await post(JSON.stringify(offer), { 'content-type': type })).statusCode).toBe(201);
    });

    it('numbers and words of a query as what the DTO declares', async () => {
      const answer = await get('/offers?limit=10&open=true');
      expect(answer.json().items).toEqual([{ limit: 10, open: true }]);
    });

    it('its own cursor', async () => {
      const { nextCursor } = (await get('/offers')).json();
      expect((await get(`/offers?cursor=${nextCursor}`)).json().items).toEqual([{ limit: 100, cursor: 7 }]);
    });

    it('a request that expects what there is not', async () => {
      const headers = 'Host: x\r\nExpect: 200-maybe\r\nConnection: close';
      const answer = await answerTo(`GET /offers HTTP/1.1\r\n${headers}\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    });

    it('a DELETE that names a type but has no body', async () => {
      const answer = await app.inject({ method: 'DELETE', url: '/offers/acc-7', headers: json });
      expect(answer.json()).toEqual({ accountId: 7 });
    });
  });

  describe('refuses with 400', () => {
    it.each([
      ['nothing', '', 'a JSON object'],
      ['text', 'hello', 'not JSON'],
      ['a list', '[]', 'must be a JSON object'],
      ['null', 'null', 'must be a JSON object'],
      ['half an object', '{"side":', 'not JSON'],
      ['a byte order mark', `\ufeff${JSON.stringify(offer)}`, 'not JSON'],
      ['a key given twice', '{"side":"BUY","side":"SELL"}', 'same key twice'],
      ['a key given twice in another spelling', '{"side":"BUY","\\u0073ide":"SELL"}', 'same key twice'],
      ['__proto__', '{"__proto__":{"side":"BUY"}}', '__proto__'],
      ['__proto__ in another spelling', '{"\\u005f_proto__":1}', '__proto__'],
      ['constructor', '{"constructor":{"prototype":{}}}', 'constructor'],
      ['deep lists', `{"side":${'['.repeat(2000)}${']'.repeat(2000)}}`, 'nests deeper'],
      ['deep objects', `{"a":${'{"a":'.repeat(300)}1${'}'.repeat(300)}}`, 'nests deeper'],
    ])('%s', async (_what, payload, sentence) => {
      const answer = await post(payload);
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      const body: ProblemBody = answer.json();
      expect(body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', instance: '/offers' });
      expect(body.detail).toContain(sentence);
    });

    it('bytes that are not UTF-8', async () => {
      const answer = await post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
      expect(answer.statusCode).toBe(400);
      expect(answer.json().detail).toContain('UTF-8');
    });

    it.each([
      ['quantity', '1e3'],
      ['quantity', '-0'],
      ['quantity', '+1'],
      ['quantity', '.5'],
      ['quantity', '0x10'],
      ['quantity', '0'],
      ['quantity', '0.00'],
      ['quantity', '１２'],
      ['quantity', ''],
      ['quantity', ' 1'],
      ['quantity', 1],
      ['quantity', null],
      ['quantity', ['1']],
      ['quantity', { value: '1' }],
      ['price', null],
      ['side', 'buy'],
      ['side', 'constructor'],
      ['postOnly', 'true'],
      ['postOnly', 1],
      ['accountId', 'acc-07'],
      ['accountId', 'ord-7'],
      ['accountId', 'acc-fees'],
      ['accountId', 7],
      ['name', '  '],
      ['name', 'a\nb'],
      ['name', '\ud800'],
      ['name', 'a name that is much too long'],
      ['clientOrderId', '../x'],
      ['clientOrderId', 'a'.repeat(65)],
      ['unknown', 1],
      ['toString', 1],
    ])('%s = %p, naming the field', async (field, value) => {
      const answer = await post(JSON.stringify({ ...offer, [field]: value }));
      expect(answer.statusCode).toBe(400);
      expect(fieldsOf(answer.json())).toEqual([field]);
    });

    it('an empty object, naming every field that is missing', async () => {
      expect(fieldsOf((await post('{}')).json())?.sort()).toEqual(['accountId', 'name', 'quantity', 'side']);
    });

    it('with a message that says what was given and what would be right', async () => {
      const { errors } = (await post(JSON.stringify({ ...offer, quantity: '1e3' }))).json<ProblemBody>();
      expect(errors?.[0]?.message).toBe(
        'must be a string of plain decimal digits above zero, such as "0.25", not "1e3"',
      );
    });

    it('a thousand unknown fields, with an answer that stays small', async () => {
      const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`f${at}`, 1]));
      const answer = await post(JSON.stringify(many));
      expect(answer.statusCode).toBe(400);
      expect(answer.payload.length).toBeLessThan(8192);
    });

    it.each([
      '/offers?limit=0',
      '/offers?limit=10000',
      '/offers?limit=1e1',
      '/offers?limit=',
      '/offers?limit=1&limit=2',
      '/offers?limit=-1',
      '/offers?open=1',
      '/offers?unknown=1',
      '/offers?__proto__=1',
      '/offers?cursor=',
      '/offers?cursor=bm9uc2Vuc2U',
      '/offers?cursor=b3RoZXJzOjc',
      '/offers?cursor=%00',
      '/offers?limit=%zz',
      '/offers/acc-7?verbose=true',
      '/offers/..%2f..%2fx',
      '/offers/acc-7%00',
      '/offers/acc-7%0d%0aX-Evil:%201',
      '/offers/acc-0',
      '/offers/ACC-7',
      '/offers/%ff',
      '/offers/%',
      '/offers/markets/btc-usd',
      '/offers/markets/BTC%2FUSD',
      `/offers/acc-${'7'.repeat(150)}`,
    ])('%s', async (url) => {
      const answer = await get(url);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'VALIDATION_FAILED' });
      expect(answer.headers['x-request-id']).toEqual(expect.any(String));
    });

    it.each(['k 1', 'k\u00e9', 'x'.repeat(129), ''])('the Idempotency-Key %p', async (key) => {
      const answer = await post(JSON.stringify(offer), { ...json, 'idempotency-key': key });
      expect(fieldsOf(answer.json())).toEqual(['Idempotency-Key']);
    });
  });

  it('gives a request without a usable id a fresh one', async () => {
    const answer = await post(JSON.stringify(offer), { ...json, 'x-request-id': 'a b' });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.json().origin.requestId).toBe(answer.headers['x-request-id']);
  });

  it.each([
    ['text/plain', 'hello'],
    ['application/xml', '<a/>'],
    ['application/json; charset=utf-16', JSON.stringify(offer)],
    ['multipart/form-data; boundary=x', '--x--'],
    ['nonsense', 'hello'],
  ])('answers %s with 415', async (type, payload) => {
    const answer = await post(payload, { 'content-type': type });
    expect(answer.statusCode).toBe(415);
    expect(answer.json()).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 'The body has the Content-Type "text/plain".'],
    [{ 'content-type': 'nonsense' }, 'The body has the Content-Type "nonsense".'],
    [{}, 'The body has no Content-Type.'],
  ])('says which type was sent, and which is right (%j)', async (headers, sentence) => {
    const { detail } = (await post('hello', headers)).json();
    expect(detail).toBe(`${sentence} Send JSON, with the header "Content-Type: application/json".`);
  });

  it('answers a body over the limit with 413', async () => {
    const answer = await post(JSON.stringify({ ...offer, name: 'x'.repeat(5000) }));
    expect(answer.statusCode).toBe(413);
    const detail = expect.stringMatching(
      /^The body of 50\d\d bytes is larger than the 4096 bytes that the setting BODY_BYTES_MAX allows\.$/,
    );
    expect(answer.json()).toMatchObject({ code: 'BODY_TOO_LARGE', detail });
  });

  it('answers an unknown path with 404 and a wrong method with 405', async () => {
    expect((await get('/nowhere?x=1')).json()).toMatchObject({ status: 404, code: 'NOT_FOUND', instance: '/nowhere' });
    const wrong = await app.inject({ method: 'PUT', url: '/offers/acc-7' });
    expect(wrong.statusCode).toBe(405);
    expect(wrong.headers.allow?.toString().split(', ').sort()).toEqual(['DELETE', 'GET', 'HEAD']);
  });

  it('tells nobody the cause of its own faults', async () => {
    const answer = await get('/offers/broken');
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'INTERNAL' });
    expect(answer.payload).not.toMatch(/secret|\.ts|\bat\b.*:\d/);
  });

  it('answers what the venue refuses', async () => {
    const refused = await get('/offers/refused');
    expect(refused.statusCode).toBe(422);
    expect(refused.json()).toEqual({
      type: 'urn:exchange-simulator:problem:insufficient-funds',
      title: 'The available balance is too small',
      status: 422,
      code: 'INSUFFICIENT_FUNDS',
      detail: 'It needs 2 BTC.',
      instance: '/offers/refused',
      orderId: 'ord-5',
    });
    const unavailable = await get('/offers/unavailable');
    expect(unavailable.statusCode).toBe(503);
    expect(unavailable.headers['retry-after']).toBe('1');
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['a header with a line break in its name', 'GET /offers HTTP/1.1\r\nHost: x\r\nX Y\r\n\r\n'],
    ['two lengths', 'POST /offers HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['headers without end', `GET /offers HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`],
  ])('answers %s on the socket with 400', async (_what, bytes) => {
    const answer = await answerTo(bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"VALIDATION_FAILED"');
  });
});
