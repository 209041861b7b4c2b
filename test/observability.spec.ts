import { Metadata } from '@grpc/grpc-js';
import { jest } from '@jest/globals';
import { MetricsPage } from './metrics-page.fixture.js';
import { OtlpCollector, type ReceivedSpan } from './otlp-collector.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';
import { ServerProcess } from './server.fixture.js';
import { TracedGrpc } from './traced-grpc.fixture.js';

jest.setTimeout(60_000);

const json = { 'content-type': 'application/json' };
const traceId = '0af7651916cd43dd8448eb211c80319c';
const callerSpanId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${callerSpanId}-01`;

async function post(http: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(http + path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });
}

/** An account that can trade. */
async function fundedAccount(http: string): Promise<string> {
  const { accountId } = (await (await post(http, '/api/v1/accounts', { name: 'Alice' })).json()) as {
    accountId: string;
  };
  for (const asset of ['USD', 'BTC'])
    await post(http, `/api/v1/accounts/${accountId}/deposits`, { asset, amount: '1000000' });
  return accountId;
}

function marketOrder(accountId: string, quantity = '0.1'): object {
  return { accountId, symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity };
}

describe('a trace', () => {
  let collector: OtlpCollector;
  let exchange: RunningExchange;
  let account: string;
  beforeAll(async () => {
    collector = await OtlpCollector.start();
    exchange = await RunningExchange.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      SERVICE_INSTANCE_NAME: 'x-1',
    });
    account = await fundedAccount(exchange.addresses.http);
  });
  afterAll(async () => {
    await exchange.stop();
    await collector.stop();
  });

  it('of an order over REST is the request with engine, queue and commit below, under the span of the caller', async () => {
    const answer = await post(exchange.addresses.http, '/api/v1/orders', marketOrder(account), {
      traceparent,
      'x-request-id': 'order-1',
    });
    expect(answer.status).toBe(201);
    const { orderId } = (await answer.json()) as { orderId: string };
    const spans = await collector.trace(traceId, 4);
    expect(spans.map(({ name }) => name).sort()).toEqual(['POST /api/v1/orders', 'commit', 'engine', 'queue']);

    const edge = named(spans, 'POST /api/v1/orders');
    expect(edge).toMatchObject({ kind: 2, parentSpanId: callerSpanId });
    expect(edge.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/api/v1/orders',
      'http.response.status_code': '201',
      'exchange.request_id': 'order-1',
      'exchange.account_id': account,
      'exchange.order_id': orderId,
    });
    expect(edge.resource).toMatchObject({ 'service.name': 'exchange-simulator', 'service.instance.id': 'x-1' });
    expect(answer.headers.get('traceparent')).toBe(`00-${traceId}-${edge.spanId}-01`);

    const parts = ['engine', 'queue', 'commit'].map((name) => named(spans, name));
    for (const part of parts) {
      expect(part.parentSpanId).toBe(edge.spanId);
      expect(part.startNs).toBeGreaterThanOrEqual(edge.startNs);
      expect(part.endNs).toBeLessThanOrEqual(edge.endNs);
      expect(part.endNs).toBeGreaterThanOrEqual(part.startNs);
    }
    const [engine, queue, commit] = parts as [ReceivedSpan, ReceivedSpan, ReceivedSpan];
    expect(engine.attributes).toEqual({
      'exchange.sequence': orderId.replace('ord-', ''),
      'exchange.command': 'PlaceOrder',
    });
    expect(queue.startNs).toBe(engine.endNs);
    expect(commit.startNs).toBe(queue.endNs);
  });

  it('begins with the request if the caller has none, and goes back to the caller', async () => {
    const answer = await post(exchange.addresses.http, '/api/v1/orders', marketOrder(account));
    const [, trace, span] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(answer.headers.get('traceparent')!)!;
    const edge = named(await collector.trace(trace!, 4), 'POST /api/v1/orders');
    expect(edge).toMatchObject({ spanId: span, parentSpanId: '' });
  });

  it('that the caller does not record is not recorded here', async () => {
    const unrecorded = traceId.replaceAll('0', '1');
    await post(exchange.addresses.http, '/api/v1/orders', marketOrder(account), {
      traceparent: `00-${unrecorded}-${callerSpanId}-00`,
    });
    const other = await post(exchange.addresses.http, '/api/v1/orders', marketOrder(account));
    await collector.trace(other.headers.get('traceparent')!.slice(3, 35), 4);
    expect(collector.spans.filter((each) => each.traceId === unrecorded)).toEqual([]);
  });

  it('of a call over gRPC says the same', async () => {
    const grpc = new TracedGrpc(exchange.addresses.grpc);
    const metadata = new Metadata();
    const trace = traceId.replaceAll('0', '2');
    metadata.set('traceparent', `00-${trace}-${callerSpanId}-01`);
    const { headers } = await grpc.placeOrder({ ...grpcOrder, accountId: account }, metadata);
    grpc.close();
    const spans = await collector.trace(trace, 4);
    const edge = named(spans, 'exchange.v1.OrderService/PlaceOrder');
    expect(edge).toMatchObject({ kind: 2, parentSpanId: callerSpanId });
    expect(edge.attributes).toMatchObject({ 'rpc.system': 'grpc', 'rpc.grpc.status_code': '0' });
    expect(headers.get('traceparent')).toEqual([`00-${trace}-${edge.spanId}-01`]);
    expect(named(spans, 'commit').parentSpanId).toBe(edge.spanId);
  });
});

describe('a collector that is away', () => {
  it('disturbs neither trading nor the end', async () => {
    const collector = await OtlpCollector.start();
    const { endpoint } = collector;
    await collector.stop();
    const exchange = await RunningExchange.start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    const account = await fundedAccount(exchange.addresses.http);
    for (let count = 0; count < 20; count += 1) {
      expect((await post(exchange.addresses.http, '/api/v1/orders', marketOrder(account, '0.01'))).status).toBe(201);
    }
    const before = Date.now();
    await exchange.stop();
    expect(Date.now() - before).toBeLessThan(4_000);
  });
});

describe('without OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  let exchange: RunningExchange;
  let grpc: TracedGrpc;
  let account: string;
  beforeAll(async () => {
    exchange = await RunningExchange.start();
    grpc = new TracedGrpc(exchange.addresses.grpc);
    account = await fundedAccount(exchange.addresses.http);
  });
  afterAll(async () => {
    grpc.close();
    await exchange.stop();
  });

  const scrape = () => MetricsPage.scrape(exchange.addresses.http);
  const place = (body: object, headers?: Record<string, string>) =>
    post(exchange.addresses.http, '/api/v1/orders', body, headers);

  it('X-Request-Id and traceparent come back over REST, also with a refusal and an unknown path', async () => {
    const headers = { 'x-request-id': 'r-7', traceparent };
    const { http } = exchange.addresses;
    const answers = [
      await place(marketOrder(account), headers),
      await place({}, headers),
      await post(http, '/nowhere', {}, headers),
      await fetch(`${http}/api/v1/markets`, { headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 400, 404, 200]);
    for (const answer of answers) {
      expect(answer.headers.get('x-request-id')).toBe('r-7');
      expect(answer.headers.get('traceparent')).toBe(traceparent);
    }
  });

  it('X-Request-Id and traceparent come back over gRPC, also with a refusal', async () => {
    const metadata = new Metadata();
    metadata.set('x-request-id', 'g-7');
    metadata.set('traceparent', traceparent);
    const placed = await grpc.placeOrder({ ...grpcOrder, accountId: account }, metadata);
    const refused = await grpc.placeOrder({}, metadata);
    expect([placed.code, refused.code]).toEqual([0, 3]);
    for (const { headers } of [placed, refused]) {
      expect(headers.get('x-request-id')).toEqual(['g-7']);
      expect(headers.get('traceparent')).toEqual([traceparent]);
    }
  });

  it('a request without an id gets one, and without a trace gets none', async () => {
    const answer = await place(marketOrder(account));
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('traceparent')).toBeNull();
    expect(
      (await place(marketOrder(account), { traceparent: '00-nonsense-01' })).headers.get('traceparent'),
    ).toBeNull();
    const { headers } = await grpc.placeOrder({ ...grpcOrder, accountId: account });
    expect(headers.get('x-request-id')).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(headers.get('traceparent')).toEqual([]);
  });

  /** What one thing that is done moves, and by how much: everything else must stand still. */
  async function moved(act: () => Promise<unknown>): Promise<Record<string, number>> {
    const before = await scrape();
    await act();
    const after = await scrape();
    const counts = after.samples.filter(
      ({ name, labels }) =>
        /^exchange_.*(_total|_count)$/.test(name) &&
        labels.route !== '/metrics' &&
        !name.startsWith('exchange_matched'),
    );
    const changes = counts.map(({ name, labels, value }) => {
      const key = [name.replace('exchange_', ''), ...Object.values(labels)].join(' ');
      return [key, value - before.value(name, labels)] as const;
    });
    return Object.fromEntries(changes.filter(([, change]) => change !== 0));
  }

  /** What every command over REST moves. */
  const written = { journal_batch_records_count: 1, journal_commit_seconds_count: 1, queue_wait_seconds_count: 1 };

  it('one order over REST that is filled moves the right counters by one', async () => {
    const change = await moved(() => place(marketOrder(account)));
    expect(change).toEqual({
      ...written,
      'http_requests_total POST /api/v1/orders 201': 1,
      'http_request_duration_seconds_count POST /api/v1/orders': 1,
      'orders_placed_total MARKET': 1,
      'orders_total MARKET FILLED': 1,
      'trades_total BTC-USD': 1,
    });
  });

  it('the matched volume is that of the trade', async () => {
    const before = await scrape();
    const order = (await (await place(marketOrder(account, '0.25'))).json()) as { averagePrice: string };
    const after = await scrape();
    const change = (name: string) =>
      after.value(name, { symbol: 'BTC-USD' }) - before.value(name, { symbol: 'BTC-USD' });
    expect(change('exchange_matched_quantity_total')).toBeCloseTo(0.25, 10);
    expect(change('exchange_matched_notional_total')).toBeCloseTo(0.25 * Number(order.averagePrice), 4);
  });

  it('one order over gRPC moves those of gRPC', async () => {
    const change = await moved(() => grpc.placeOrder({ ...grpcOrder, accountId: account }));
    expect(change).toEqual({
      ...written,
      'grpc_requests_total exchange.v1.OrderService PlaceOrder OK': 1,
      'grpc_request_duration_seconds_count exchange.v1.OrderService PlaceOrder': 1,
      'orders_placed_total MARKET': 1,
      'orders_total MARKET FILLED': 1,
      'trades_total BTC-USD': 1,
    });
  });

  it('a rejected order counts as such, with its reason', async () => {
    const change = await moved(() => place(marketOrder(account, '90')));
    expect(change).toEqual({
      ...written,
      'http_requests_total POST /api/v1/orders 422': 1,
      'http_request_duration_seconds_count POST /api/v1/orders': 1,
      'orders_total MARKET REJECTED': 1,
      'order_rejects_total INSUFFICIENT_FUNDS': 1,
    });
  });

  it('an order that rests is open until it is canceled', async () => {
    const open = async () => (await scrape()).value('exchange_open_orders', { symbol: 'BTC-USD' });
    const before = await open();
    const limit = { ...marketOrder(account), type: 'LIMIT', price: '50000' };
    const { orderId } = (await (await place(limit)).json()) as { orderId: string };
    expect(await open()).toBe(before + 1);
    const change = await moved(() =>
      fetch(`${exchange.addresses.http}/api/v1/orders/${orderId}`, { method: 'DELETE' }),
    );
    expect(change).toEqual({
      ...written,
      'http_requests_total DELETE /api/v1/orders/:orderId 200': 1,
      'http_request_duration_seconds_count DELETE /api/v1/orders/:orderId': 1,
      'orders_total LIMIT CANCELED': 1,
    });
    expect(await open()).toBe(before);
  });

  it('a repeated order moves nothing but the requests', async () => {
    const order = { ...marketOrder(account), clientOrderId: 'once' };
    await place(order);
    const change = await moved(() => place(order));
    expect(Object.keys(change)).toEqual([
      'http_requests_total POST /api/v1/orders 201',
      'http_request_duration_seconds_count POST /api/v1/orders',
    ]);
  });

  it('a thousand unknown paths and ids add no series', async () => {
    const { http } = exchange.addresses;
    await fetch(`${http}/nowhere/0`);
    await fetch(`${http}/api/v1/orders/ord-9000000`);
    const series = async () => (await scrape()).samples.filter(({ name }) => name.startsWith('exchange_')).length;
    await series();
    const before = await series();
    for (let count = 1; count <= 500; count += 1) {
      await fetch(`${http}/nowhere/${count}`);
      await fetch(`${http}/api/v1/orders/ord-${9_000_000 + count}`);
    }
    expect(await series()).toBe(before);
  });

  it('no label has the id of an account, an order or a request', async () => {
    const { samples } = await scrape();
    const values = samples.flatMap(({ labels }) => Object.values(labels));
    expect(values.filter((value) => /(acc|ord|tfr|trd)-\d|[0-9a-f]{8}-[0-9a-f]{4}/.test(value))).toEqual([]);
  });
});

describe('the log of a server', () => {
  let server: ServerProcess;
  beforeAll(() => {
    server = new ServerProcess({ LOG_LEVEL: 'trace', AUDIT_TOKEN: 'planted-audit-token', SERVICE_NAME: 'venue-x' });
  });
  afterAll(() => server.kill());

  const lines = (): Record<string, unknown>[] =>
    server.output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));

  it('has a line for each request with its ids, and no secrets', async () => {
    const { http } = await server.ready();
    const account = await fundedAccount(http);
    const headers = { 'x-request-id': 'logged-1', traceparent };
    const { orderId } = (await (await post(http, '/api/v1/orders', marketOrder(account), headers)).json()) as {
      orderId: string;
    };
    const bad = { ...marketOrder(account), apiKey: 'planted-secret-1', quantity: 'planted-secret-2' };
    const authorization = 'Bearer planted-secret-3';
    await post(http, '/api/v1/orders?token=planted-secret-4', bad, { authorization, 'x-request-id': 'logged-2' });
    await fetch(`${http}/audit/v1/events`, { headers: { authorization: 'Bearer planted-audit-token' } });
    await fetch(`${http}/audit/v1/events`, { headers: { authorization, 'x-request-id': 'logged-3' } });
    await server.printed(/logged-3/);

    const of = (id: string) => lines().filter(({ request_id }) => request_id === id);
    expect(of('logged-1')).toEqual([
      expect.objectContaining({
        level: 'debug',
        service: 'venue-x',
        context: 'request',
        method: 'POST',
        route: '/api/v1/orders',
        status: 201,
        duration_ms: expect.any(Number),
        trace_id: traceId,
        account_id: account,
        order_id: orderId,
        sequence: Number(orderId.replace('ord-', '')),
      }),
    ]);
    expect(of('logged-2')).toEqual([
      expect.objectContaining({ level: 'info', status: 400, code: 'VALIDATION_FAILED', account_id: account }),
    ]);
    expect(of('logged-3')).toEqual([
      expect.objectContaining({ level: 'info', status: 401, route: '/audit/v1/events' }),
    ]);
    expect(server.output).not.toContain('planted');
  });
});

const grpcOrder = {
  symbol: 'BTC-USD',
  side: 'SIDE_BUY',
  type: 'ORDER_TYPE_MARKET',
  quantity: '0.1',
};

function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const found = spans.filter((span) => span.name === name);
  expect(found).toHaveLength(1);
  return found[0]!;
}
