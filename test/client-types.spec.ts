import { resolve } from 'node:path';
import { jest } from '@jest/globals';
import { ExchangeClient } from '../clients/typescript/src/index.js';
import { problemKinds } from '../src/edge/problem-codes.js';
import { DeclaredShapes } from './declared-shapes.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';
import { nameOf, referredFrom, type Schema, shapeOf } from './schema-shapes.fixture.js';

jest.setTimeout(60_000);

interface Operation {
  readonly parameters?: readonly { in: string; name: string; required: boolean; schema: Schema }[];
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface AsyncApi {
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly payload: Schema }>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
}

/** The client's names for the messages of streams. */
const messages = {
  'market.book': 'BookMessage',
  'market.trades': 'TradesMessage',
  'market.ticker': 'TickerMessage',
  'market.candles': 'CandlesMessage',
  'account.events': 'AccountEvent',
} as const;
/** What an account's event has around it on the wire, and a subscription to it. */
const aroundEvents = { type: 'event', channel: 'events' };
const aroundSubscription = { op: 'subscribe', 'id?': expect.anything(), channel: 'events', accountId: 'string' };

/** The client's names for the queries of lists and the like. */
const queries = {
  'GET /api/v1/accounts': 'ListAccountsQuery',
  'GET /api/v1/accounts/{accountId}/audit': 'PageQuery',
  'GET /api/v1/accounts/{accountId}/ledger': 'ListLedgerQuery',
  'GET /api/v1/accounts/{accountId}/trades': 'ListAccountTradesQuery',
  'GET /api/v1/markets/{symbol}/book': 'BookQuery',
  'GET /api/v1/markets/{symbol}/candles': 'CandlesQuery',
  'GET /api/v1/markets/{symbol}/trades': 'PageQuery',
  'GET /api/v1/obligations': 'ListObligationsQuery',
  'GET /api/v1/orders': 'ListOrdersQuery',
  'GET /api/v1/settlements': 'ListSettlementsQuery',
  'DELETE /api/v1/orders': 'CancelOrdersRequest',
} as const;

/** Each method of the client once. */
const calls: readonly ((client: ExchangeClient) => unknown)[] = [
  ({ accounts }) => accounts.create({ name: 'A' }),
  ({ accounts }) => accounts.get('acc-7'),
  ({ accounts }) => accounts.list().page(),
  ({ accounts }) => accounts.update('acc-7', { status: 'ACTIVE' }),
  ({ accounts }) => accounts.deposit('acc-7', { asset: 'USD', amount: '1' }),
  ({ accounts }) => accounts.withdraw('acc-7', { asset: 'USD', amount: '1' }),
  ({ accounts }) => accounts.transfer({ fromAccountId: 'acc-7', toAccountId: 'acc-8', asset: 'USD', amount: '1' }),
  ({ accounts }) => accounts.balances('acc-7'),
  ({ accounts }) => accounts.balance('acc-7', 'USD'),
  ({ accounts }) => accounts.ledger('acc-7').page(),
  ({ accounts }) => accounts.trades('acc-7').page(),
  ({ accounts }) => accounts.audit('acc-7').page(),
  ({ orders }) => orders.place({ accountId: 'acc-7', symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '1' }),
  ({ orders }) => orders.get('ord-42'),
  ({ orders }) => orders.getByClientOrderId('acc-7', 'mine'),
  ({ orders }) => orders.list().page(),
  ({ orders }) => orders.cancel('ord-42'),
  ({ orders }) => orders.cancelAll({ accountId: 'acc-7' }),
  ({ markets }) => markets.list(),
  ({ markets }) => markets.get('BTC-USD'),
  ({ markets }) => markets.ticker('BTC-USD'),
  ({ markets }) => markets.book('BTC-USD'),
  ({ markets }) => markets.trades('BTC-USD').page(),
  ({ markets }) => markets.candles('BTC-USD', { interval: '1m' }).page(),
  ({ apiKeys }) => apiKeys.issue('acc-7', { scopes: ['read'] }),
  ({ apiKeys }) => apiKeys.list('acc-7'),
  ({ apiKeys }) => apiKeys.revoke('acc-7', 'key-17'),
  ({ risk }) => risk.limits('acc-7'),
  ({ risk }) => risk.setLimits('acc-7', { limits: [{ kind: 'POSITION', asset: 'BTC', limit: '1' }] }),
  ({ risk }) => risk.exposure('acc-7'),
  ({ risk }) => risk.killSwitch('acc-7'),
  ({ risk }) => risk.engageKillSwitch('acc-7', { reason: 'enough' }),
  ({ risk }) => risk.releaseKillSwitch('acc-7'),
  ({ risk }) => risk.killSwitch('all'),
  ({ risk }) => risk.engageKillSwitch('all', { reason: 'enough' }),
  ({ risk }) => risk.releaseKillSwitch('all'),
  ({ settlements }) => settlements.list().page(),
  ({ settlements }) => settlements.get('ins-7'),
  ({ settlements }) => settlements.obligations({ accountId: 'acc-7' }).page(),
  ({ settlements }) => settlements.closeCycles(),
];

describe('the client speaks of everything as the exchange does:', () => {
  const declared = new DeclaredShapes(resolve('clients/typescript/src/index.ts'));
  let document: OpenApi;
  let streams: AsyncApi['components'];
  let operations: ReadonlyMap<string, Operation>;

  beforeAll(async () => {
    const exchange = await RunningExchange.start();
    const get = async (path: string) => (await fetch(exchange.addresses.http + path)).json();
    document = (await get('/docs-json')) as OpenApi;
    streams = ((await get('/docs/asyncapi.json')) as AsyncApi).components;
    await exchange.stop();
    // Which services there are is asked by operators, and health by probes.
    const traded = Object.entries(document.paths).filter(([path]) => /^\/api\/v1\/(?!services)/.test(path));
    const named = traded.flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    );
    operations = new Map(named);
  });

  it('every answer and every body has the same fields, of the same types', () => {
    const { schemas } = document.components;
    const names = referredFrom([...operations.values()], schemas).filter((name) => !/^(Problem|FieldError)/.test(name));
    expect(names.length).toBeGreaterThan(20);
    const shapes = (shape: (name: string) => object) => Object.fromEntries(names.map((name) => [name, shape(name)]));
    expect(shapes((name) => declared.shapeOf(nameOf(name)))).toEqual(shapes((name) => shapeOf(schemas[name]!)));
  });

  it('every query has the same parameters', () => {
    const asked = [...operations].map(([name, { parameters = [] }]) => {
      const given = parameters.filter((parameter) => parameter.in === 'query');
      const required = given.filter((parameter) => parameter.required).map((parameter) => parameter.name);
      const properties = Object.fromEntries(given.map((parameter) => [parameter.name, parameter.schema]));
      return [name, shapeOf({ properties, required })] as const;
    });
    // That of an order by the caller's id has one parameter alone, which is an argument of the method.
    const compared = asked.filter(
      ([name, shape]) => Object.keys(shape).length > 0 && !name.includes('{clientOrderId}'),
    );
    expect(Object.fromEntries(Object.entries(queries).map(([name, type]) => [name, declared.shapeOf(type)]))).toEqual(
      Object.fromEntries(compared),
    );
  });

  it('every operation has its method', async () => {
    const sent: string[] = [];
    const record = async (url: unknown, init?: RequestInit) => {
      sent.push(`${init?.method} ${new URL(String(url)).pathname}`);
      return new Response('{"items":[],"nextCursor":null}');
    };
    const client = new ExchangeClient({ fetch: record as typeof fetch });
    for (const call of calls) await call(client);
    const templates = [...operations.keys()];
    const patterns = templates.map((name) => new RegExp(`^${name.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
    const used = sent.map((name) => templates[patterns.findIndex((pattern) => pattern.test(name))] ?? name);
    expect(used.sort()).toEqual(templates.sort());
  });

  it('every message of a stream, and what stands in it', () => {
    const sent = Object.entries(messages).map(([name]) => [name, shapeOf(streams.messages[name]!.payload)]);
    const known = Object.entries(messages).map(([name, type]) => [name, declared.shapeOf(type)]);
    expect({
      ...Object.fromEntries(known),
      'account.events': { ...declared.shapeOf('AccountEvent'), ...aroundEvents },
    }).toEqual(Object.fromEntries(sent));
    const payloads = [...Object.keys(messages), 'account.events.subscribe'].map((name) => streams.messages[name]);
    for (const name of referredFrom(payloads, streams.schemas)) {
      expect([name, declared.shapeOf(nameOf(name))]).toEqual([name, shapeOf(streams.schemas[name]!)]);
    }
  });

  it('every choice of a stream of events', () => {
    const asked = shapeOf(streams.messages['account.events.subscribe']!.payload);
    expect(asked).toEqual({ ...declared.shapeOf('AccountEventsQuery'), ...aroundSubscription });
  });

  it('every code of a problem', () => {
    expect(declared.wordsOf('KnownProblemCode').sort()).toEqual(Object.keys(problemKinds).sort());
  });
});
