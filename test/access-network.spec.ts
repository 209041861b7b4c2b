import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { jest } from '@jest/globals';
import { adminToken, auditToken, codeOf, GuardedExchange } from './guarded-exchange.fixture.js';
import { ServerProcess } from './server.fixture.js';
import { btcUsd, ticker, unary } from './unary-call.fixture.js';

/** Each test starts servers of its own, beside other tests that do. */
jest.setTimeout(60_000);

afterAll(() => GuardedExchange.killAll());

describe('the start', () => {
  it.each([
    [
      'on every address without AUTH',
      { HOST: '0.0.0.0' },
      /AUTH is off and HOST \(0\.0\.0\.0\).*set AUTH=on and an ADMIN_TOKEN, or HOST=127\.0\.0\.1/,
    ],
    ['on every IPv6 address without AUTH', { HOST: '::' }, /AUTH is off and HOST/],
    ['with AUTH and no ADMIN_TOKEN', { AUTH: 'on' }, /ADMIN_TOKEN is missing.*openssl rand/],
    [
      'with one token for two',
      { AUTH: 'on', ADMIN_TOKEN: 'the-same-one', AUDIT_TOKEN: 'the-same-one' },
      /choose another/,
    ],
    ['with half of TLS', { TLS_CERT_FILE: 'package.json' }, /TLS_CERT_FILE and TLS_KEY_FILE belong together/],
  ])('is refused %s', async (_case, environment, message) => {
    const server = new ServerProcess(environment);
    expect(await server.exited).toBe(78);
    expect(server.output).toMatch(message);
    expect(server.output).not.toContain('the-same-one');
  });

  it('is refused with files that are no certificates', async () => {
    const server = new ServerProcess({ TLS_CERT_FILE: 'package.json', TLS_KEY_FILE: 'package.json' });
    expect(await server.exited).not.toBe(0);
    expect(server.output).toMatch(/TLS_CERT_FILE, TLS_KEY_FILE and TLS_CLIENT_CA_FILE must be PEM files/);
  });

  it('is not refused on every address with AUTH', async () => {
    const server = new ServerProcess({ HOST: '0.0.0.0', AUTH: 'on', ADMIN_TOKEN: adminToken });
    const { http } = await server.ready();
    const at = http.replace('0.0.0.0', '127.0.0.1');
    const statuses = await Promise.all(
      ['/health/ready', '/api/v1/accounts', '/audit/v1/state'].map(async (path) => (await fetch(at + path)).status),
    );
    expect(statuses).toEqual([200, 401, 403]);
    await server.kill();
  });
});

describe('rate limits', () => {
  let exchange: GuardedExchange;
  const perSecond = 5;

  beforeAll(async () => {
    exchange = await GuardedExchange.start({ RATE_LIMIT_PER_SECOND: `${perSecond}` });
    await exchange.prepare();
  });

  /** Waits for a second to begin in which nothing was counted. */
  const nextWindow = () => new Promise((wake) => setTimeout(wake, 1_100));

  it('count what comes over REST and gRPC with one key together, and say when to come again', async () => {
    await nextWindow();
    const rest = exchange.rest(exchange.key('all'));
    const grpc = exchange.grpc(exchange.key('all'));
    const request = { accountId: exchange.alice };
    const codes: string[] = [];
    for (let count = 0; count < perSecond + 2; count += 1) {
      codes.push(codeOf(await (count % 2 === 0 ? rest : grpc).call('GetBalances', request)));
    }
    expect(codes).toEqual([...Array(perSecond).fill('OK'), 'RATE_LIMITED', 'RATE_LIMITED']);
    const limited = await grpc.call('GetBalances', request);
    expect('refusal' in limited && limited.refusal.status).toBe(429);
    const answer = await fetch(`${exchange.addresses.http}/api/v1/orders`, {
      headers: { authorization: `Bearer ${exchange.key('all')}` },
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    // Another key has limits of its own, the admin has none, and probes are not counted.
    expect(codeOf(await exchange.rest(exchange.key('bob')).call('ListOrders', {}))).toBe('OK');
    const admin = exchange.rest(adminToken);
    for (let count = 0; count < 3 * perSecond; count += 1) {
      expect(codeOf(await admin.call('ListOrders', {}))).toBe('OK');
      expect(await exchange.status('/health/ready')).toBe(200);
    }
    await nextWindow();
    expect(codeOf(await rest.call('GetBalances', request))).toBe('OK');
  });

  it('count by address whoever has no key, and whoever tries out keys', async () => {
    await nextWindow();
    const statuses: number[] = [];
    for (let count = 0; count < perSecond + 1; count += 1) {
      statuses.push(await exchange.status('/api/v1/accounts', `Bearer exs_guess-${count}`));
    }
    expect(statuses).toEqual([...Array(perSecond).fill(401), 429]);
    expect(codeOf(await exchange.grpc().call('ListMarkets', {}))).toBe('RATE_LIMITED');
    expect(codeOf(await exchange.grpc(exchange.key('reads')).call('ListOrders', {}))).toBe('OK');
  });

  it('carry RetryInfo over gRPC', async () => {
    await nextWindow();
    const client = new Client(exchange.addresses.grpc, credentials.createInsecure());
    let failure: ServiceError | undefined;
    for (let count = 0; count <= perSecond; count += 1) failure = await unary(client, ticker, btcUsd);
    client.close();
    expect(failure?.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(`${failure?.metadata.get('grpc-status-details-bin')[0]}`).toContain('google.rpc.RetryInfo');
  });

  it('take a burst above them, and count without AUTH too', async () => {
    const { server, addresses } = await GuardedExchange.start({
      ...{ AUTH: 'off', ADMIN_TOKEN: '', AUDIT_TOKEN: '', RATE_LIMIT_PER_SECOND: '2', RATE_LIMIT_BURST: '3' },
    });
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await fetch(`${addresses.http}/api/v1/markets`)).status);
    await server.kill();
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe('a port of its own for the audit', () => {
  it('has all of the audit, and nothing else; no other has any of it', async () => {
    const exchange = await GuardedExchange.start({ AUDIT_PORT: '0' });
    const [, audit] = await exchange.server.printed(/Audit +(http:\/\/[0-9.:]+)\/audit/);
    const authorization = `Bearer ${auditToken}`;
    const statusOf = async (path: string) => (await fetch(`${audit}${path}`, { headers: { authorization } })).status;
    expect(audit).not.toBe(exchange.addresses.http);
    expect(await Promise.all(['/audit/v1/state', '/audit/docs', '/audit/docs-json'].map(statusOf))).toEqual([
      200, 200, 200,
    ]);
    expect((await fetch(`${audit}/audit/v1/state`)).status).toBe(401);
    expect(await Promise.all(['/api/v1/markets', '/health', '/docs', '/'].map(statusOf))).toEqual([404, 404, 404, 404]);
    const paths = ['/audit/v1/state', '/audit/docs', '/audit', '/audit%2fv1/state', '/%61udit/v1/state'];
    const elsewhere = await Promise.all(paths.map((path) => exchange.status(path, authorization)));
    expect(elsewhere).toEqual([404, 404, 404, 404, 404]);
    const client = new Client(exchange.addresses.grpc, credentials.createInsecure());
    const failure = await unary(client, '/exchange.v1.AuditService/GetState', Buffer.alloc(0), authorization);
    client.close();
    expect(failure?.code).toBe(status.UNIMPLEMENTED);
    expect(await exchange.stop()).toBe(0);
    await expect(fetch(`${audit}/audit/v1/state`)).rejects.toThrow();
  });
});

describe('browsers', () => {
  it('get the headers of helmet, and a page at /docs that these let work', async () => {
    const { addresses } = await GuardedExchange.start({});
    const api = await fetch(`${addresses.http}/api/v1/markets`);
    expect(Object.fromEntries(api.headers)).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect([api.headers.get('strict-transport-security'), api.headers.get('access-control-allow-origin')]).toEqual([
      null,
      null,
    ]);
    const page = await fetch(`${addresses.http}/docs`);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self'");
    expect(policy).toMatch(/style-src [^;]*'unsafe-inline'/);
    expect(policy).not.toContain('upgrade-insecure-requests');
    const html = await page.text();
    const scripts = [...html.matchAll(/<script([^>]*)>([^<]*)/g)].map(([, attributes, text]) => [attributes, text]);
    expect(scripts.length).toBeGreaterThan(1);
    // The policy lets only scripts of the same origin run, and these are.
    for (const [attributes, text] of scripts) {
      expect(text!.trim()).toBe('');
      const source = /src="(\.\/[^"]+)"/.exec(attributes!)![1]!;
      const script = await fetch(new URL(source, `${addresses.http}/docs`));
      expect([script.status, script.headers.get('content-type')]).toEqual([200, expect.stringMatching(/javascript/)]);
    }
  });

  it('may call from the origins that are named, and from no others', async () => {
    const { addresses } = await GuardedExchange.start({ CORS_ORIGINS: 'https://desk.example,http://localhost:3000' });
    const preflight = async (origin: string) => {
      const headers = {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      };
      const answer = await fetch(`${addresses.http}/api/v1/orders`, { method: 'OPTIONS', headers });
      return [answer.ok, answer.headers.get('access-control-allow-origin')];
    };
    expect(await preflight('https://desk.example')).toEqual([true, 'https://desk.example']);
    expect((await preflight('https://evil.example'))[1]).toBeNull();
    const refused = await fetch(`${addresses.http}/api/v1/orders`, { headers: { origin: 'http://localhost:3000' } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([
      401,
      'http://localhost:3000',
    ]);
  });
});

describe('what is too large', () => {
  let exchange: GuardedExchange;

  beforeAll(async () => {
    exchange = await GuardedExchange.start({});
  });

  it('is refused: a body, headers, a message, metadata', async () => {
    const url = `${exchange.addresses.http}/api/v1/accounts`;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` };
    const body = JSON.stringify({ name: 'x'.repeat(65_536) });
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(413);
    expect((await fetch(url, { headers: { 'x-padding': 'x'.repeat(20_000) } })).status).toBe(400);
    const client = new Client(exchange.addresses.grpc, credentials.createInsecure());
    expect((await unary(client, ticker, Buffer.alloc(65_537)))?.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(await unary(client, ticker, btcUsd, `Bearer ${'x'.repeat(200_000)}`)).toBeDefined();
    expect(await unary(client, ticker, btcUsd)).toBeUndefined();
    client.close();
  });
});
