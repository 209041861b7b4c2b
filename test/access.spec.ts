import { createHash } from 'node:crypto';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import type { Answer, ExchangeDriver, Operation, Request } from './exchange-driver.fixture.js';
import { adminToken, auditToken, codeOf, GuardedExchange, must } from './guarded-exchange.fixture.js';

let exchange: GuardedExchange;

beforeAll(async () => {
  exchange = await (await GuardedExchange.start()).prepare();
}, 60_000);

afterAll(() => exchange.server.kill());

/** Who asks: a name, and the token that they show. */
const callers = {
  nobody: () => undefined,
  'the admin': () => adminToken,
  'the auditor': () => auditToken,
  alice: () => exchange.key('all'),
  'alice, reading': () => exchange.key('reads'),
  'alice, trading': () => exchange.key('trades'),
  'alice, transferring': () => exchange.key('transfers'),
  bob: () => exchange.key('bob'),
  'a revoked key': () => exchange.key('revoked'),
  'a key with one character wrong': () => exchange.key('all').replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
  'a key cut short': () => exchange.key('all').slice(0, -1),
  'a key without its prefix': () => exchange.key('all').replace('exs_', ''),
  'the id of a key': () => exchange.keys.all!.keyId,
  'the hash of a key': () => createHash('sha256').update(exchange.key('all')).digest('hex'),
  'something very long': () => 'x'.repeat(5_000),
} satisfies Record<string, () => string | undefined>;

type Who = keyof typeof callers;

const mine = () => ({ accountId: exchange.alice });
const bobs = () => ({ accountId: exchange.bob });
const market = () => ({ symbol: 'BTC-USD' });
const money = { asset: 'USD', amount: '1' };
const order = { symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '0.0001' };
const fresh = (name: string) => () => ({ accountId: exchange.alice, scopes: ['read'], label: name });

const table: readonly (readonly [Who, Operation, () => Request, string])[] = [
  // Without good credentials nothing but market data is to be had.
  ['nobody', 'CreateAccount', () => ({ name: 'x' }), 'UNAUTHENTICATED'],
  ['nobody', 'GetAccount', mine, 'UNAUTHENTICATED'],
  ['nobody', 'ListAccounts', () => ({}), 'UNAUTHENTICATED'],
  ['nobody', 'Deposit', () => ({ ...mine(), ...money }), 'UNAUTHENTICATED'],
  ['nobody', 'PlaceOrder', () => ({ ...mine(), ...order }), 'UNAUTHENTICATED'],
  ['nobody', 'ListOrders', () => ({}), 'UNAUTHENTICATED'],
  ['nobody', 'IssueApiKey', fresh('x'), 'UNAUTHENTICATED'],
  ['a revoked key', 'GetBalances', mine, 'UNAUTHENTICATED'],
  ['a revoked key', 'PlaceOrder', () => ({ ...mine(), ...order }), 'UNAUTHENTICATED'],
  ['a key with one character wrong', 'GetBalances', mine, 'UNAUTHENTICATED'],
  ['a key cut short', 'GetBalances', mine, 'UNAUTHENTICATED'],
  ['a key without its prefix', 'GetBalances', mine, 'UNAUTHENTICATED'],
  ['the id of a key', 'GetBalances', mine, 'UNAUTHENTICATED'],
  ['the hash of a key', 'GetBalances', mine, 'UNAUTHENTICATED'],
  ['something very long', 'GetBalances', mine, 'UNAUTHENTICATED'],
  ['the auditor', 'GetBalances', mine, 'UNAUTHENTICATED'],
  ['the auditor', 'IssueApiKey', fresh('x'), 'UNAUTHENTICATED'],
  ['nobody', 'ListMarkets', () => ({}), 'OK'],
  ['nobody', 'GetTicker', market, 'OK'],
  ['nobody', 'GetOrderBook', market, 'OK'],
  ['nobody', 'ListTrades', market, 'OK'],
  ['nobody', 'ListCandles', () => ({ ...market(), interval: '1m' }), 'OK'],
  ['a revoked key', 'GetTicker', market, 'OK'],

  // A key may do what its scopes say.
  ['alice, reading', 'GetBalances', mine, 'OK'],
  ['alice, reading', 'GetOrder', () => ({ orderId: exchange.aliceOrder }), 'OK'],
  ['alice, reading', 'ListApiKeys', mine, 'OK'],
  ['alice, reading', 'GetRiskLimits', mine, 'OK'],
  ['alice, reading', 'GetExposure', mine, 'OK'],
  ['alice, reading', 'GetKillSwitch', mine, 'OK'],
  ['alice, reading', 'GetKillSwitch', () => ({}), 'OK'],
  ['alice, trading', 'GetExposure', mine, 'FORBIDDEN'],
  ['alice, reading', 'PlaceOrder', () => ({ ...mine(), ...order }), 'FORBIDDEN'],
  ['alice, reading', 'CancelOrder', () => ({ orderId: exchange.aliceOrder }), 'FORBIDDEN'],
  ['alice, reading', 'CancelOrders', mine, 'FORBIDDEN'],
  ['alice, reading', 'Withdraw', () => ({ ...mine(), ...money }), 'FORBIDDEN'],
  ['alice, trading', 'PlaceOrder', () => ({ ...mine(), ...order }), 'OK'],
  ['alice, trading', 'GetBalances', mine, 'FORBIDDEN'],
  ['alice, trading', 'ListOrders', () => ({}), 'FORBIDDEN'],
  ['alice, trading', 'Withdraw', () => ({ ...mine(), ...money }), 'FORBIDDEN'],
  ['alice, transferring', 'Withdraw', () => ({ ...mine(), ...money }), 'OK'],
  [
    'alice, transferring',
    'Transfer',
    () => ({ fromAccountId: exchange.alice, toAccountId: exchange.bob, ...money }),
    'OK',
  ],
  ['alice, transferring', 'PlaceOrder', () => ({ ...mine(), ...order }), 'FORBIDDEN'],
  ['alice, transferring', 'ListLedgerEntries', mine, 'FORBIDDEN'],

  // What is the admin's is nobody else's.
  ['alice', 'CreateAccount', () => ({ name: 'x' }), 'FORBIDDEN'],
  ['alice', 'UpdateAccount', () => ({ ...mine(), status: 'SUSPENDED' }), 'FORBIDDEN'],
  ['alice', 'Deposit', () => ({ ...mine(), ...money }), 'FORBIDDEN'],
  ['alice', 'IssueApiKey', fresh('x'), 'FORBIDDEN'],
  ['alice', 'SetRiskLimits', () => ({ ...mine(), limits: [] }), 'FORBIDDEN'],
  ['alice', 'EngageKillSwitch', () => ({ ...mine(), reason: 'x' }), 'FORBIDDEN'],
  ['alice', 'EngageKillSwitch', () => ({ reason: 'x' }), 'FORBIDDEN'],
  ['alice', 'ReleaseKillSwitch', mine, 'FORBIDDEN'],
  ['alice', 'ReleaseKillSwitch', () => ({}), 'FORBIDDEN'],
  ['alice', 'RevokeApiKey', () => ({ ...mine(), keyId: exchange.keys.reads!.keyId }), 'FORBIDDEN'],

  // Of others nothing is there.
  ['alice', 'GetAccount', bobs, 'ACCOUNT_NOT_FOUND'],
  ['alice', 'GetBalances', bobs, 'ACCOUNT_NOT_FOUND'],
  ['alice', 'GetBalances', () => ({ ...bobs(), asset: 'USD' }), 'ACCOUNT_NOT_FOUND'],
  ['alice', 'GetRiskLimits', bobs, 'ACCOUNT_NOT_FOUND'],
  ['alice', 'GetExposure', bobs, 'ACCOUNT_NOT_FOUND'],
  ['alice', 'GetKillSwitch', bobs, 'ACCOUNT_NOT_FOUND'],
  ['alice', 'ListLedgerEntries', bobs, 'ACCOUNT_NOT_FOUND'],
  ['alice', 'ListAccountTrades', bobs, 'ACCOUNT_NOT_FOUND'],
  ['alice', 'ListApiKeys', bobs, 'ACCOUNT_NOT_FOUND'],
  ['alice', 'ListOrders', bobs, 'ACCOUNT_NOT_FOUND'],
  ['alice', 'PlaceOrder', () => ({ ...bobs(), ...order }), 'ACCOUNT_NOT_FOUND'],
  ['alice', 'CancelOrders', bobs, 'ACCOUNT_NOT_FOUND'],
  ['alice', 'Withdraw', () => ({ ...bobs(), ...money }), 'ACCOUNT_NOT_FOUND'],
  [
    'alice',
    'Transfer',
    () => ({ fromAccountId: exchange.bob, toAccountId: exchange.alice, ...money }),
    'ACCOUNT_NOT_FOUND',
  ],
  ['alice', 'GetOrder', () => ({ orderId: exchange.bobOrder }), 'ORDER_NOT_FOUND'],
  ['alice', 'CancelOrder', () => ({ orderId: exchange.bobOrder }), 'ORDER_NOT_FOUND'],
  ['alice', 'GetOrder', () => ({ ...bobs(), clientOrderId: 'bob-1' }), 'ACCOUNT_NOT_FOUND'],
  ['alice', 'GetOrder', () => ({ ...mine(), clientOrderId: 'bob-1' }), 'ORDER_NOT_FOUND'],
  ['bob', 'GetOrder', () => ({ orderId: exchange.bobOrder }), 'OK'],
  ['bob', 'CancelOrder', () => ({ orderId: exchange.aliceOrder }), 'ORDER_NOT_FOUND'],

  // The admin may do everything for everybody.
  ['the admin', 'GetBalances', bobs, 'OK'],
  ['the admin', 'SetRiskLimits', () => ({ ...mine(), limits: [] }), 'OK'],
  ['the admin', 'ReleaseKillSwitch', () => ({}), 'OK'],
  ['the admin', 'GetOrder', () => ({ orderId: exchange.bobOrder }), 'OK'],
  ['the admin', 'PlaceOrder', () => ({ ...mine(), ...order }), 'OK'],
  ['the admin', 'Deposit', () => ({ ...mine(), ...money }), 'OK'],
  ['the admin', 'RevokeApiKey', () => ({ ...mine(), keyId: exchange.keys.revoked!.keyId }), 'API_KEY_NOT_FOUND'],
  ['the admin', 'RevokeApiKey', () => ({ ...bobs(), keyId: exchange.keys.reads!.keyId }), 'API_KEY_NOT_FOUND'],
  ['the admin', 'IssueApiKey', () => ({ ...mine(), scopes: [] }), 'VALIDATION_FAILED'],
  ['the admin', 'IssueApiKey', () => ({ ...mine(), scopes: ['read', 'everything'] }), 'VALIDATION_FAILED'],
];

describe.each(['rest', 'grpc'] as const)('over %s', (transport) => {
  const drivers = new Map<Who, ExchangeDriver>();

  function driverOf(who: Who): ExchangeDriver {
    const driver = drivers.get(who) ?? exchange[transport](callers[who]());
    drivers.set(who, driver);
    return driver;
  }

  const cases = table.map(([who, operation, request, expected]) => [who, operation, expected, request] as const);

  it.each(cases)('%s: %s is %s', async (who, operation, expected, request) => {
    expect(codeOf(await driverOf(who).call(operation, request()))).toBe(expected);
  });

  it("answers for another's things, to the letter, as for things that do not exist", async () => {
    const absent = { accountId: 'acc-99999', orderId: 'ord-99999' };
    const pairs: [Operation, Request, Request][] = [
      ['GetAccount', bobs(), { accountId: absent.accountId }],
      ['PlaceOrder', { ...bobs(), ...order }, { accountId: absent.accountId, ...order }],
      ['PlaceOrder', { ...bobs(), symbol: '?' }, { accountId: absent.accountId, symbol: '?' }],
      ['GetOrder', { orderId: exchange.bobOrder }, { orderId: absent.orderId }],
      ['CancelOrder', { orderId: exchange.bobOrder }, { orderId: absent.orderId }],
    ];
    for (const [operation, others, none] of pairs) {
      const [first, second] = await Promise.all([
        driverOf('alice').call(operation, others),
        driverOf('alice').call(operation, none),
      ]);
      const withoutIds = (outcome: unknown) => JSON.stringify(outcome).replace(/(acc|ord)-\d+/g, '$1-N');
      expect(withoutIds(first)).toBe(withoutIds(second));
    }
  });

  it('lists to a key what is its own, and to the admin everything', async () => {
    const own = await must(driverOf('alice'), 'ListOrders', {});
    expect(new Set(own.items.map(({ accountId }: Request) => accountId))).toEqual(new Set([exchange.alice]));
    const all = await must(driverOf('the admin'), 'ListOrders', {});
    expect(new Set(all.items.map(({ accountId }: Request) => accountId)).size).toBe(2);
    const accounts = await must(driverOf('bob'), 'ListAccounts', {});
    expect(accounts.items.map(({ accountId }: Request) => accountId)).toEqual([exchange.bob]);
    expect((await must(driverOf('bob'), 'ListAccounts', { status: 'CLOSED' })).items ?? []).toEqual([]);
    expect((await must(driverOf('the admin'), 'ListAccounts', {})).items.length).toBeGreaterThan(1);
  });

  it('shows a key once, and then when it was used; a revoked one opens nothing from then on', async () => {
    const admin = driverOf('the admin');
    const issued = await must(admin, 'IssueApiKey', { ...mine(), label: 'once', scopes: ['trade', 'read'] });
    expect(issued).toMatchObject({ keyId: expect.stringMatching(/^key-\d+$/), scopes: ['read', 'trade'] });
    expect(issued.key).toMatch(/^exs_[A-Za-z0-9_-]{43}$/);
    const listed = async () => {
      const { items } = await must(admin, 'ListApiKeys', mine());
      return items.find(({ keyId }: Request) => keyId === issued.keyId);
    };
    const { key: _, ...shown } = issued;
    expect(await listed()).toEqual(shown);
    const before = Date.now();
    const driver = exchange[transport](issued.key);
    expect(codeOf(await driver.call('GetBalances', mine()))).toBe('OK');
    expect(Date.parse((await listed()).lastUsedAt)).toBeGreaterThanOrEqual(before);
    await must(admin, 'RevokeApiKey', { ...mine(), keyId: issued.keyId });
    expect(codeOf(await driver.call('GetBalances', mine()))).toBe('UNAUTHENTICATED');
    expect(await listed()).toBeUndefined();
  });
});

describe('the audit', () => {
  it('takes its own token, and neither a trading key nor the admin token', async () => {
    const statusOf = (token: string) => exchange.status('/audit/v1/state', `Bearer ${token}`);
    expect(await exchange.status('/audit/v1/state')).toBe(401);
    expect(await Promise.all([exchange.key('all'), adminToken, auditToken].map(statusOf))).toEqual([401, 401, 200]);
  });

  it('says the same over gRPC', async () => {
    const client = new Client(exchange.addresses.grpc, credentials.createInsecure());
    const codeWith = (token: string) => {
      const metadata = new Metadata();
      metadata.set('authorization', `Bearer ${token}`);
      const bytes = (value: Buffer): Buffer => value;
      return new Promise((resolve) => {
        client.makeUnaryRequest(
          '/exchange.v1.AuditService/GetState',
          bytes,
          bytes,
          Buffer.alloc(0),
          metadata,
          { deadline: Date.now() + 10_000 },
          (error) => resolve(error?.code ?? status.OK),
        );
      });
    };
    const codes = [await codeWith(exchange.key('all')), await codeWith(adminToken), await codeWith(auditToken)];
    client.close();
    expect(codes).toEqual([status.UNAUTHENTICATED, status.UNAUTHENTICATED, status.OK]);
  });

  it('names who did what, and an account its own keys', async () => {
    await must(exchange.rest(exchange.key('trades')), 'PlaceOrder', { ...mine(), ...order, clientOrderId: 'named' });
    const get = async (path: string, token: string) => {
      const answer = await fetch(`${exchange.addresses.http}${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return (await answer.json()) as Answer;
    };
    const { items } = await get(`/audit/v1/events?limit=500&accountId=${exchange.alice}`, auditToken);
    const recordOf = (wanted: Request) =>
      items.find(({ command }: Answer) => Object.entries(wanted).every(([field, value]) => command[field] === value));
    expect(recordOf({ type: 'OpenAccount' }).origin.actor).toBe('admin');
    expect(recordOf({ type: 'IssueApiKey' }).origin.actor).toBe('admin');
    expect(recordOf({ clientOrderId: 'named' }).origin).toMatchObject({ actor: exchange.keys.trades!.keyId });

    const trail = await get(`/api/v1/accounts/${exchange.alice}/audit?limit=500`, exchange.key('reads'));
    expect(trail.items).toContainEqual(
      expect.objectContaining({
        ...{ type: 'ApiKeyIssued', keyId: exchange.keys.trades!.keyId, actor: 'admin' },
        description: `API key ${exchange.keys.trades!.keyId} (trades) was issued with the scopes trade.`,
      }),
    );
    expect(trail.items).toContainEqual(
      expect.objectContaining({ type: 'ApiKeyRevoked', keyId: exchange.keys.revoked!.keyId }),
    );
    const others = await get(`/api/v1/accounts/${exchange.bob}/audit`, exchange.key('reads'));
    expect(others).toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
  });
});

describe('a refusal', () => {
  it('names the ADMIN_TOKEN where that is what it takes', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"x"}' };
    const answer = await fetch(`${exchange.addresses.http}/api/v1/accounts`, init);
    const { detail } = (await answer.json()) as Answer;
    expect(detail).toBe('This takes the ADMIN_TOKEN: send "Authorization: Bearer <ADMIN_TOKEN>".');
  });

  it('repeats the list that was wrong', async () => {
    const outcome = await exchange.rest(adminToken).call('IssueApiKey', { ...mine(), scopes: ['read', 'all'] });
    expect('refusal' in outcome && outcome.refusal.detail).toContain('not ["read", "all"]');
  });
});

describe('credentials', () => {
  it.each([
    ['bearer in small letters', 200, () => `bearer ${exchange.key('reads')}`],
    ['the key alone', 401, () => exchange.key('reads')],
    ['Basic', 401, () => `Basic ${Buffer.from(`x:${exchange.key('reads')}`).toString('base64')}`],
    ['nothing after Bearer', 401, () => 'Bearer '],
    ['two keys', 401, () => `Bearer ${exchange.key('reads')} ${exchange.key('all')}`],
  ])('in the form "%s" are answered with %i', async (_form, expected, authorization) => {
    expect(await exchange.status(`/api/v1/accounts/${exchange.alice}/balances`, authorization())).toBe(expected);
  });

  it('do nothing in the query', async () => {
    const path = `/api/v1/accounts/${exchange.alice}/balances?access_token=${exchange.key('reads')}`;
    expect(await exchange.status(path)).toBe(401);
  });

  it('are a bearer token in the OpenAPI document, of all but market data and health', async () => {
    const { paths, components } = (await (await fetch(`${exchange.addresses.http}/docs-json`)).json()) as Answer;
    expect(components.securitySchemes).toEqual({ bearer: { type: 'http', scheme: 'bearer' } });
    const open = Object.entries<Answer>(paths).flatMap(([path, methods]) =>
      Object.values<Answer>(methods).some(({ security }) => security === undefined) ? [path] : [],
    );
    expect(open.filter((path) => !/^\/(api\/v1\/markets|health|metrics)/.test(path))).toEqual([]);
    expect(open).toContain('/api/v1/markets');
    expect(paths['/api/v1/orders'].post.responses).toMatchObject({ 401: {}, 403: {}, 429: {} });
  });

  it.each(['/health/live', '/health/ready', '/health', '/docs', '/docs-json', '/audit/docs'])(
    'are not asked for at %s',
    async (path) => {
      expect(await exchange.status(path)).toBe(200);
    },
  );
});
