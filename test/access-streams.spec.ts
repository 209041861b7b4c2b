import { Reader, type Refusal } from '../src/streams/websocket/stream.fixture.js';
import { eventually } from './eventually.fixture.js';
import { adminToken, auditToken, GuardedExchange, must } from './guarded-exchange.fixture.js';

let exchange: GuardedExchange;

beforeAll(async () => {
  exchange = await (await GuardedExchange.start({ STREAM_AUTH_TIMEOUT_MS: '1000' })).prepare();
}, 60_000);

afterAll(() => exchange.server.kill());

/** Who asks: a name, and the token that they show. */
const callers = {
  nobody: () => undefined,
  'the admin': () => adminToken,
  'the auditor': () => auditToken,
  'alice, all': () => exchange.key('all'),
  'alice, reading': () => exchange.key('reads'),
  'alice, trading': () => exchange.key('trades'),
  'alice, transferring': () => exchange.key('transfers'),
  bob: () => exchange.key('bob'),
  'a revoked key': () => exchange.key('revoked'),
  'the id of a key': () => exchange.keys.all!.keyId,
} satisfies Record<string, () => string | undefined>;

type Who = keyof typeof callers;

const [market, account, audit] = ['/ws/v1/market', '/ws/v1/account', '/audit/ws/v1/events'] as const;
const book = () => ({ channel: 'book', symbol: 'BTC-USD' });
const mine = (more: object = {}) => ({ channel: 'events', accountId: exchange.alice, ...more });
const bobs = () => ({ channel: 'events', accountId: exchange.bob });
const guarded = () => mine({ cancelOnDisconnect: { graceMs: 60_000, symbol: 'ETH-USD' } });
const all = () => ({ channel: 'events' });

/** What a subscription is answered with: `subscribed`, the code of the error, or the status of the upgrade's refusal. */
const table: readonly (readonly [Who, string, () => object, string | number])[] = [
  ['nobody', market, book, 'subscribed'],
  ['alice, reading', market, book, 'subscribed'],
  ['a revoked key', market, book, 'subscribed'],

  ['nobody', account, mine, 'UNAUTHENTICATED'],
  ['a revoked key', account, mine, 401],
  ['the id of a key', account, mine, 401],
  ['the auditor', account, mine, 401],
  ['alice, reading', account, mine, 'subscribed'],
  ['alice, all', account, mine, 'subscribed'],
  ['alice, trading', account, mine, 'FORBIDDEN'],
  ['alice, transferring', account, mine, 'FORBIDDEN'],
  ['the admin', account, mine, 'subscribed'],
  ['the admin', account, bobs, 'subscribed'],
  ['bob', account, mine, 'ACCOUNT_NOT_FOUND'],
  ['alice, all', account, bobs, 'ACCOUNT_NOT_FOUND'],
  ['alice, all', account, () => mine({ accountId: 'acc-99999' }), 'ACCOUNT_NOT_FOUND'],
  ['alice, all', account, () => mine({ fromAccountSequence: 1 }), 'subscribed'],
  ['alice, reading', account, guarded, 'FORBIDDEN'],
  ['alice, trading', account, guarded, 'FORBIDDEN'],
  ['alice, all', account, guarded, 'subscribed'],
  ['bob', account, guarded, 'ACCOUNT_NOT_FOUND'],

  ['nobody', audit, all, 401],
  ['alice, all', audit, all, 401],
  ['the admin', audit, all, 401],
  ['the auditor', audit, all, 'subscribed'],
];

function url(path: string): string {
  return exchange.addresses.http.replace('http', 'ws') + path;
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function outcomeOf(path: string, token: string | undefined, subscription: object): Promise<string | number> {
  let reader: Reader;
  try {
    reader = await Reader.connect(url(path), bearer(token));
  } catch (refusal) {
    return (refusal as Refusal).status;
  }
  const { type, code } = await reader.ask({ op: 'subscribe', ...subscription });
  reader.socket.terminate();
  return code ?? type;
}

const cases = table.map(([who, path, subscription, expected]) => [who, path, expected, subscription] as const);

it.each(cases)('%s at %s: %s', async (who, path, expected, subscription) => {
  expect(await outcomeOf(path, callers[who](), subscription())).toBe(expected);
});

it.each(cases.filter(([, path]) => path === account))(
  '%s, who says so within %s: %s',
  async (who, path, expected, subscription) => {
    const key = callers[who]();
    const reader = await Reader.connect(url(path));
    const answer = key === undefined ? undefined : await reader.ask({ op: 'authenticate', key });
    const { type, code } = await reader.ask({ op: 'subscribe', ...subscription() });
    reader.socket.terminate();
    // What is a 401 at the upgrade leaves the connection nobody's here.
    if (expected === 401) expect([answer.code, code]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    else expect(code ?? type).toBe(expected);
  },
);

it("answers for another's account, to the letter, as for one that does not exist", async () => {
  const reader = await Reader.connect(url(account), bearer(exchange.key('all')));
  const others = await reader.ask({ op: 'subscribe', ...bobs(), fromSequence: 1e9 });
  const none = await reader.ask({ op: 'subscribe', ...bobs(), accountId: 'acc-99999', fromSequence: 1e9 });
  reader.socket.terminate();
  const withoutIds = (answer: object) => JSON.stringify(answer).replace(/acc-\d+/g, 'acc-N');
  expect(withoutIds(others)).toBe(withoutIds(none));
});

it('tells an account its own events alone, and the drop copy those of all', async () => {
  const own = await Reader.connect(url(account), bearer(exchange.key('reads')));
  await own.ask({ op: 'subscribe', ...mine() });
  const drops = await Reader.connect(url(audit), bearer(auditToken));
  await drops.ask({ op: 'subscribe', ...all(), eventTypes: ['ORDER_ACCEPTED'] });
  const order = { symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT', price: '58000', quantity: '0.001' };
  for (const accountId of [exchange.bob, exchange.alice]) {
    await must(exchange.rest(adminToken), 'PlaceOrder', { ...order, accountId });
  }
  expect(await own.next()).toMatchObject({ type: 'event', eventType: 'ORDER_ACCEPTED', accountId: exchange.alice });
  expect([(await drops.next()).accountId, (await drops.next()).accountId]).toEqual([exchange.bob, exchange.alice]);
  own.socket.terminate();
  drops.socket.terminate();
});

it('ends the stream of a key that is revoked, and puts no key into the log', async () => {
  const key = await exchange.issue('short-lived', exchange.alice, 'read');
  const reader = await Reader.connect(url(account));
  await reader.ask({ op: 'authenticate', key });
  await reader.ask({ op: 'subscribe', ...mine() });
  const { keyId } = exchange.keys['short-lived']!;
  await must(exchange.rest(adminToken), 'RevokeApiKey', { accountId: exchange.alice, keyId });
  expect((await reader.closed).code).toBe(4403);
  await eventually(() => expect(exchange.server.output).toContain('"code":4403'));
  expect(exchange.server.output).not.toContain(key);
  expect(exchange.server.output).not.toContain(auditToken);
});
