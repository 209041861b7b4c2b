import { eventually } from '../../../test/eventually.fixture.js';
import { MetricsPage } from '../../../test/metrics-page.fixture.js';
import { Reader, type Refusal, StreamingExchange } from './stream.fixture.js';

const [adminToken, auditToken] = ['admin-token-1', 'audit-token-1'];
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** `open`, or the status of the refusal. */
async function outcomeOf(opening: Promise<Reader>): Promise<'open' | number> {
  try {
    (await opening).close();
    return 'open';
  } catch (refusal) {
    return (refusal as Refusal).status;
  }
}

describe('with AUTH=on, a stream of private events', () => {
  let exchange: StreamingExchange;
  let alice: string;
  let bob: string;

  beforeAll(async () => {
    exchange = await StreamingExchange.start({
      AUTH: 'on',
      ADMIN_TOKEN: adminToken,
      AUDIT_TOKEN: auditToken,
      STREAM_AUTH_TIMEOUT_MS: '2000',
      STREAM_CONNECTIONS_PER_KEY: '2',
    });
    alice = (await admin('POST', '/api/v1/accounts', { name: 'alice' })).accountId;
    bob = (await admin('POST', '/api/v1/accounts', { name: 'bob' })).accountId;
  });
  afterAll(() => exchange.close());

  async function admin(method: string, path: string, body?: object) {
    const headers = { 'content-type': 'application/json', ...bearer(adminToken) };
    const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
    // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever came over the wire.
    return (await fetch(exchange.addresses.http + path, init)).json() as any;
  }

  const issue = (...scopes: string[]): Promise<{ key: string; keyId: string }> =>
    admin('POST', `/api/v1/accounts/${alice}/api-keys`, { scopes });
  const connect = (token?: string): Promise<Reader> =>
    exchange.connect('/ws/v1/account', token === undefined ? {} : bearer(token));
  const subscribe = (accountId: string) => ({ op: 'subscribe', channel: 'test', accountId });

  it('takes a key at the upgrade, for its own account alone', async () => {
    const { key } = await issue('read');
    const reader = await connect(key);
    expect(await reader.ask(subscribe(bob))).toMatchObject({ type: 'error', code: 'ACCOUNT_NOT_FOUND' });
    const absent = await reader.ask(subscribe('acc-9999'));
    expect(absent).toEqual({ type: 'error', code: 'ACCOUNT_NOT_FOUND', detail: 'There is no account acc-9999.' });
    expect(await reader.ask(subscribe(alice))).toMatchObject({ type: 'subscribed' });
    const authenticated = await reader.ask({ op: 'authenticate', key });
    expect(authenticated).toMatchObject({ type: 'error', code: 'VALIDATION_FAILED' });
    reader.close();
  });

  it('takes a key within the connection, as browsers must send it', async () => {
    const { key, keyId } = await issue('read');
    const reader = await connect();
    expect(await reader.ask(subscribe(alice))).toMatchObject({ type: 'error', code: 'UNAUTHENTICATED' });
    const wrong = await reader.ask({ op: 'authenticate', id: 1, key: `${key}x` });
    expect(wrong).toMatchObject({ type: 'error', id: 1, code: 'UNAUTHENTICATED' });
    expect(await reader.ask({ op: 'authenticate', id: 2, key })).toEqual({
      ...{ type: 'authenticated', id: 2, principal: keyId },
    });
    expect(await reader.ask(subscribe(alice))).toMatchObject({ type: 'subscribed' });
    await new Promise((wake) => setTimeout(wake, 400));
    expect(await reader.ask({ op: 'ping' })).toMatchObject({ type: 'pong' });
    reader.close();
  });

  it('asks for the scope', async () => {
    const { key } = await issue('trade');
    const reader = await connect(key);
    const answer = await reader.ask(subscribe(alice));
    expect(answer).toMatchObject({ type: 'error', code: 'FORBIDDEN' });
    expect(answer.detail).toContain('scope read');
    reader.close();
  });

  it('lets the admin read everything', async () => {
    const reader = await connect(adminToken);
    expect(await reader.ask(subscribe(bob))).toMatchObject({ type: 'subscribed' });
    reader.close();
  });

  it.each([
    ['a wrong key', () => 'exs_wrong'],
    ['the audit token', () => auditToken],
  ])('refuses %s at the upgrade with 401', async (_what, token) => {
    await expect(connect(token())).rejects.toMatchObject({ status: 401, problem: { code: 'UNAUTHENTICATED' } });
  });

  it('is closed with 4401 when nobody says in time who they are', async () => {
    const reader = await connect();
    expect(await reader.next()).toMatchObject({ type: 'error', code: 'UNAUTHENTICATED' });
    const { code, reason } = await reader.closed;
    expect(code).toBe(4401);
    expect(reason).toContain('STREAM_AUTH_TIMEOUT_MS (2000)');
  });

  it('ends with 4403 when its key is revoked', async () => {
    const { key, keyId } = await issue('read');
    const reader = await connect(key);
    await reader.ask(subscribe(alice));
    await admin('DELETE', `/api/v1/accounts/${alice}/api-keys/${keyId}`);
    expect(await reader.next()).toMatchObject({ type: 'error', code: 'ACCESS_REVOKED' });
    expect((await reader.closed).code).toBe(4403);
    await expect(connect(key)).rejects.toMatchObject({ status: 401 });
  });

  it('has as many connections for a key as are allowed', async () => {
    const { key } = await issue('read');
    const readers = [await connect(key), await connect(key)];
    const refused = { status: 429, problem: { code: 'RATE_LIMITED' }, headers: { 'retry-after': '1' } };
    await expect(connect(key)).rejects.toMatchObject(refused);
    const third = await connect();
    const answer = await third.ask({ op: 'authenticate', key });
    expect(answer).toMatchObject({ type: 'error', code: 'RATE_LIMITED' });
    expect(answer.detail).toContain('STREAM_CONNECTIONS_PER_KEY (2)');
    readers[0]!.close();
    await readers[0]!.closed;
    await eventually(async () =>
      expect(await third.ask({ op: 'authenticate', key })).toMatchObject({ principal: expect.any(String) }),
    );
    for (const reader of [...readers, third]) reader.close();
  });

  it('leaves market data to everybody', async () => {
    const reader = await exchange.connect('/ws/v1/market');
    const subscription = { op: 'subscribe', channel: 'test', symbol: 'BTC-USD' };
    expect(await reader.ask(subscription)).toMatchObject({ type: 'subscribed' });
    expect(await reader.ask({ op: 'authenticate', key: 'x' })).toMatchObject({ code: 'VALIDATION_FAILED' });
    reader.close();
  });

  it.each([
    ['nobody', 401, () => undefined],
    ['the admin', 401, () => adminToken],
    ['the auditor', 'open', () => auditToken],
  ])('lets %s into the stream of the audit: %s', async (_who, expected, token) => {
    const given = token();
    const opened = exchange.connect('/audit/ws/v1/events', given === undefined ? {} : bearer(given));
    expect(await outcomeOf(opened)).toBe(expected);
  });

  it('is counted while it is open, and when it was closed and why', async () => {
    const page = await MetricsPage.scrape(exchange.addresses.http);
    for (const code of ['4401', '4403']) {
      expect(page.value('exchange_stream_closes_total', { path: 'account', code })).toBe(1);
    }
    const refused = { method: 'GET', route: '/ws/v1/account', status: '401' };
    expect(page.value('exchange_http_requests_total', refused)).toBeGreaterThan(1);
  });
});

describe('connections', () => {
  let exchange: StreamingExchange;

  beforeAll(async () => {
    exchange = await StreamingExchange.start({ STREAM_CONNECTIONS_MAX: '3', CORS_ORIGINS: 'https://desk.example' });
  });
  afterAll(() => exchange.close());

  it('are bounded in all', async () => {
    const readers = await Promise.all([1, 2, 3].map(() => exchange.connect('/ws/v1/market')));
    const refused = exchange.connect('/ws/v1/account');
    await expect(refused).rejects.toMatchObject({ status: 429, problem: { code: 'RATE_LIMITED' } });
    for (const reader of readers) reader.close();
    await eventually(async () => (await exchange.connect('/ws/v1/market')).close());
  });

  it('without AUTH need no credentials, and take none amiss', async () => {
    await eventually(async () => {
      const reader = await exchange.connect('/ws/v1/account', bearer('anything'));
      expect(await reader.ask({ op: 'authenticate', key: 'anything' })).toEqual({
        type: 'authenticated',
        principal: null,
      });
      reader.close();
    });
  });

  it.each([
    ['https://desk.example', 'open'],
    ['https://elsewhere.example', 403],
    ['null', 403],
  ])('from a page of %s: %s', async (origin, expected) => {
    await eventually(async () => {
      const opened = exchange.connect('/ws/v1/market', { origin });
      expect(await outcomeOf(opened)).toBe(expected);
    });
  });

  it('of pages that the exchange itself serves are taken', async () => {
    await eventually(async () =>
      (await exchange.connect('/ws/v1/market', { origin: exchange.addresses.http })).close(),
    );
  });
});

it('the stream of the audit is at the port of the audit alone, where it has its own', async () => {
  const exchange = await StreamingExchange.start({ AUDIT_PORT: '0', AUDIT_TOKEN: auditToken });
  await expect(exchange.connect('/audit/ws/v1/events', bearer(auditToken))).rejects.toMatchObject({ status: 404 });
  const ofAudit = exchange.addresses.audit.replace('http', 'ws');
  await expect(Reader.connect(`${ofAudit}/ws/v1/market`)).rejects.toMatchObject({ status: 404 });
  await expect(Reader.connect(`${ofAudit}/audit/ws/v1/events`)).rejects.toMatchObject({ status: 401 });
  const reader = await Reader.connect(`${ofAudit}/audit/ws/v1/events`, bearer(auditToken));
  expect(await reader.ask({ op: 'subscribe', channel: 'test' })).toMatchObject({ type: 'subscribed' });
  const stopped = exchange.close();
  expect((await reader.closed).code).toBe(1001);
  await stopped;
});
