import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import type { Application } from '../application.js';
import { Settings } from '../config/settings.js';
import { openApplication } from '../open-application.js';
import { type TradingDay, tradeADay } from '../venue/trading-day.fixture.js';
import { Venue } from '../venue/venue.js';
import { eventTypes } from './event-words.js';

const token = 'a-token-for-auditors';
const auditService = loadSync('exchange/v1/audit_service.proto', { includeDirs: ['proto'], longs: Number })[
  'exchange.v1.AuditService'
] as ServiceDefinition;

// biome-ignore lint/suspicious/noExplicitAny: what arrives is looked at field by field.
type Json = any;

const applications: Application[] = [];

async function start(environment: Record<string, string> = {}): Promise<Application> {
  const fixed = { HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'fatal', STORE: 'memory', PRICE_SOURCE: 'fixed' };
  const application = await openApplication(Settings.from({ ...fixed, ...environment }), (error) => {
    throw error;
  });
  applications.push(application);
  return application;
}

/** A unary call with the proto files alone, as any client would make it. */
function call(address: string, name: string, request: object, authorization?: string): Promise<Json> {
  const { path, requestSerialize, responseDeserialize } = auditService[name] as MethodDefinition<object, object>;
  const metadata = new Metadata();
  if (authorization !== undefined) metadata.set('authorization', authorization);
  const client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  return new Promise<Json>((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, (error, answer) =>
      error ? reject(error) : resolve(answer),
    );
  }).finally(() => client.close());
}

describe('the audit', () => {
  let http: string;
  let grpc: string;
  let venue: Venue;
  let day: TradingDay;

  beforeAll(async () => {
    const application = await start();
    ({ http, grpc } = await application.listen());
    venue = application.nest.get(Venue);
    day = await tradeADay(venue);
  });

  afterAll(() => Promise.all(applications.map((application) => application.close())));

  const get = async (path: string): Promise<{ status: number; body: Json }> => {
    const answer = await fetch(`${http}/audit/v1/${path}`);
    return { status: answer.status, body: await answer.json() };
  };

  it('lists every record in the words of the public contract', async () => {
    const { status: code, body } = await get('events?limit=500');
    expect([code, body.nextCursor, body.items.length]).toEqual([200, null, venue.status().sequence]);
    const text = JSON.stringify(body);
    expect(text).not.toMatch(/priceTicks|quantityLots|Ppm"|"orderId":\d|"accountId":-?\d/);
    const deposit = body.items.find((record: Json) => record.command.type === 'Deposit');
    expect(deposit).toEqual({
      sequence: expect.any(Number),
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      origin: { transport: 'REST', requestId: 'a-day' },
      command: {
        type: 'Deposit',
        accountId: `acc-${day.alice}`,
        asset: 'USD',
        amount: '100000',
        idempotencyKey: 'first',
      },
      events: [
        {
          ...{ type: 'FundsMoved', transferId: `tfr-${deposit.sequence}`, kind: 'DEPOSIT' },
          ...{ fromAccountId: 'acc-external', toAccountId: `acc-${day.alice}`, asset: 'USD', amount: '100000' },
          idempotencyKey: 'first',
        },
      ],
      balances: [{ accountId: `acc-${day.alice}`, asset: 'USD', available: '100000', held: '0', total: '100000' }],
      previousHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('tells of an order what was asked, what happened, and what it holds', async () => {
    const { body } = await get(`events?orderId=ord-${day.resting}`);
    const [placed, filled] = body.items;
    expect(placed.command).toMatchObject({ type: 'PlaceOrder', price: '60000', quantity: '0.2', side: 'BUY' });
    expect(placed.events).toMatchObject([
      { type: 'OrderPlaced', orderId: `ord-${day.resting}`, orderQuantity: '0.2', held: '12024', heldAsset: 'USD' },
      { type: 'OrderRested', orderId: `ord-${day.resting}`, held: '12012', heldAsset: 'USD' },
    ]);
    expect(filled.events[1]).toMatchObject({
      ...{ type: 'TradeExecuted', tradeId: 'trd-2', price: '60000', quantity: '0.1', notional: '6000' },
      ...{ makerOrderId: `ord-${day.resting}`, takerFee: '12', makerFee: '6', feeAsset: 'USD' },
    });
    expect(placed.balances).toMatchObject([{ accountId: `acc-${day.alice}`, held: '12012', total: '93987.998998' }]);
    expect(filled.balances).toHaveLength(4);
    const refused = (await get(`events?orderId=ord-${day.rejected}`)).body.items[0];
    expect(refused.reject).toEqual({ code: 'INSUFFICIENT_FUNDS', reason: expect.stringContaining('USD') });
    expect(refused.events).toMatchObject([{ type: 'OrderRejected', rejectCode: 'INSUFFICIENT_FUNDS', price: '60000' }]);
  });

  it('filters by sequence, account and type, and goes on where a page ended', async () => {
    const sequences = async (query: string) =>
      (await get(`events?${query}`)).body.items.map((item: Json) => item.sequence);
    const all = await sequences('limit=500');
    expect(await sequences(`afterSequence=${day.alice}`)).toEqual(all.slice(day.alice));
    expect(await sequences('type=AccountOpened')).toEqual([day.alice, day.bob]);
    expect(await sequences(`accountId=acc-${day.bob}`)).not.toContain(day.alice);
    const first = await get('events?limit=2');
    expect(await sequences(`limit=2&cursor=${first.body.nextCursor}`)).toEqual([3, 4]);
    for (const type of eventTypes) expect((await get(`events?type=${type}`)).status).toBe(200);
  });

  it.each([
    ['type=Nothing', 400],
    ['afterSequence=-1', 400],
    ['limit=501', 400],
    ['accountId=7', 400],
    ['cursor=x', 400],
    ['colour=red', 400],
    ['accountId=acc-9999', 404],
    ['orderId=ord-9999', 404],
  ])('refuses %s with %i', async (query, expected) => {
    expect((await get(`events?${query}`)).status).toBe(expected);
  });

  it('shows the whole state, in which every asset adds up to zero', async () => {
    const { body } = await get('state');
    const { sequence } = venue.status();
    expect(body).toMatchObject({ asOfSeq: sequence, stateHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const btcUsd = body.books.find((book: Json) => book.symbol === 'BTC-USD');
    expect([btcUsd.referencePrice, btcUsd.bids[0]]).toEqual(['60000', { price: '60000', quantity: '0.1' }]);
    expect(body.openOrders).toEqual([
      {
        ...{ orderId: `ord-${day.resting}`, accountId: `acc-${day.alice}`, symbol: 'BTC-USD', side: 'BUY' },
        ...{ price: '60000', quantity: '0.2', remainingQuantity: '0.1', held: '6006', heldAsset: 'USD' },
      },
    ]);
    const totals = body.accounts.flatMap(({ balances }: Json) => balances.filter(({ asset }: Json) => asset === 'USD'));
    const units = totals.reduce((sum: number, { total }: Json) => sum + Math.round(Number(total) * 1e6), 0);
    expect([totals.length > 3, units]).toEqual([true, 0]);
  });

  it('verifies, also when it is asked several times at once', async () => {
    const reports = await Promise.all([get('verify'), get('verify'), get('verify')]);
    for (const { body } of reports) {
      expect(body.checks.filter(({ ok }: Json) => !ok)).toEqual([]);
      expect(body).toMatchObject({ ok: true, records: body.headSequence });
      expect(body.headSequence).toBeGreaterThanOrEqual(day.rejected);
    }
  });

  it('says the same over gRPC', async () => {
    const { items, nextCursor } = await call(grpc, 'ListEvents', { type: 'TradeExecuted', limit: 1 });
    expect(nextCursor).toEqual(expect.any(String));
    const rest = (await get('events?type=TradeExecuted&limit=1')).body.items[0];
    const { command, events, balances } = items[0];
    expect([fromStruct(command), events.map(fromStruct)]).toEqual([rest.command, rest.events]);
    expect(balances).toEqual(rest.balances);
    expect(items[0]).toMatchObject({ sequence: rest.sequence, hash: rest.hash, origin: { transport: 'REST' } });
    const state = await call(grpc, 'GetState', {});
    expect(state).toMatchObject({ asOfSeq: venue.status().sequence, openOrders: [{ held: '6006' }] });
    expect(await call(grpc, 'Verify', {})).toMatchObject({ ok: true, headSequence: venue.status().sequence });
    const failure = await call(grpc, 'ListEvents', { type: 'Nothing' }).catch((error: ServiceError) => error);
    expect(failure.code).toBe(status.INVALID_ARGUMENT);
  });

  it('tells which trace a request belongs to, which faults struck it, and what it follows from', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { 'content-type': 'application/json', traceparent: `00-${traceId}-00f067aa0ba902b7-00` };
    await fetch(`${http}/api/v1/accounts`, { method: 'POST', headers, body: '{"name":"Traced"}' });
    const { sequence } = venue.exchange;
    const [traced] = (await get(`events?afterSequence=${sequence - 1}`)).body.items;
    expect(traced.origin).toEqual({ transport: 'REST', requestId: expect.any(String), traceId });
    const origin = { transport: 'GRPC', requestId: 'r-1', traceId, faults: ['flt-3', 'flt-7'], causedBy: 1 } as const;
    await venue.submit({ type: 'OpenAccount', name: 'Struck', accountType: 'CUSTOMER' }, origin);
    const [struck] = (await get(`events?afterSequence=${sequence}`)).body.items;
    expect(struck.origin).toEqual(origin);
    const { items } = await call(grpc, 'ListEvents', { afterSequence: sequence - 1 });
    expect(items.map((item: Json) => item.origin)).toMatchObject([{ traceId }, origin]);
  });

  it('asks for its token where there is one, over REST and gRPC', async () => {
    const application = await start({ AUDIT_TOKEN: token });
    const addresses = await application.listen();
    const statusWith = async (authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await fetch(`${addresses.http}/audit/v1/state`, { headers });
      return [answer.status, answer.headers.get('www-authenticate')];
    };
    expect(await statusWith()).toEqual([401, 'Bearer']);
    expect(await statusWith('Basic abc')).toEqual([401, 'Bearer']);
    expect(await statusWith(`Bearer ${token}x`)).toEqual([401, 'Bearer']);
    expect(await statusWith(`Bearer ${token}`)).toEqual([200, null]);
    const codeWith = (authorization?: string) =>
      call(addresses.grpc, 'GetState', {}, authorization).then(
        () => status.OK,
        (error: ServiceError) => error.code,
      );
    expect(await Promise.all([codeWith(), codeWith('Bearer wrong'), codeWith(`Bearer ${token}`)])).toEqual([
      status.UNAUTHENTICATED,
      status.UNAUTHENTICATED,
      status.OK,
    ]);
  });

  it.each([
    ['0.0.0.0', 'on', 403],
    ['192.0.2.1', 'on', 403],
    ['exchange.example', 'on', 403],
    ['127.0.0.1', 'on', 403],
    ['127.0.0.2', 'off', 200],
    ['::1', 'off', 200],
    ['localhost', 'off', 200],
  ])('without a token answers on HOST %s with AUTH=%s with %i', async (host, auth, expected) => {
    const { nest } = await start({ HOST: host, AUTH: auth, ADMIN_TOKEN: 'an-admin-token' });
    await nest.getHttpAdapter().getInstance().ready();
    const answer = await nest.inject('/audit/v1/state');
    expect([answer.statusCode, answer.json().code]).toEqual([expected, expected === 403 ? 'FORBIDDEN' : undefined]);
  });

  it('has an OpenAPI document of its own', async () => {
    const { paths } = (await (await fetch(`${http}/audit/docs-json`)).json()) as Json;
    expect(Object.keys(paths)).toEqual([
      ...['/audit/v1/events', '/audit/v1/verify', '/audit/v1/state', '/audit/v1/orders/{orderId}/explain'],
      ...['/audit/v1/orders/{orderId}/explain.html', '/audit/v1/reconciliation'],
      ...['/audit/v1/faults', '/audit/v1/faults/{faultId}'],
      ...['', '/{name}', '/{name}/start', '/{name}/stop'].map((path) => `/audit/v1/scenarios${path}`),
    ]);
    expect(paths['/audit/v1/state'].get.security).toEqual([{ bearer: [] }]);
  });
});

/** Reads a `google.protobuf.Struct` by its definition. */
function fromStruct({ fields }: Json): Json {
  const plain = ({ structValue, listValue, ...scalar }: Json): Json => {
    if (structValue !== undefined) return fromStruct(structValue);
    if (listValue !== undefined) return (listValue.values ?? []).map(plain);
    return Object.values(scalar)[0];
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]));
}
