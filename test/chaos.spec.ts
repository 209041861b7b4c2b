import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import request from 'supertest';
import { eventually } from './eventually.fixture.js';
import type { Answer, ExchangeDriver, Outcome, Request } from './exchange-driver.fixture.js';
import { GrpcDriver, refusalOf } from './grpc-driver.fixture.js';
import { RestDriver } from './rest-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

let exchange: RunningExchange;
let rest: RestDriver;
let grpc: GrpcDriver;
let names = 0;

beforeAll(async () => {
  exchange = await RunningExchange.start({
    ...{ CHAOS_ENABLED: 'true', CHAOS_DURATION_MAX_SECONDS: '600', PRICE_INTERVAL_MS: '20', SETTLEMENT_CUTOFF: '1s' },
    SETTLEMENT_SILENCE_MS: '100',
  });
  rest = new RestDriver(exchange.addresses.http);
  grpc = new GrpcDriver(exchange.addresses.grpc);
}, 30_000);

afterAll(async () => {
  grpc.close();
  await exchange.stop();
});

afterEach(() => audit('delete', '/audit/v1/faults'));

async function audit(method: 'get' | 'post' | 'delete', path: string, body?: object): Promise<Answer> {
  const sent = request(exchange.addresses.http)[method](path);
  return (await (body === undefined ? sent : sent.send(body))).body;
}

const { 'exchange.v1.AuditService': auditService } = loadSync('exchange/v1/audit_service.proto', {
  ...{ includeDirs: ['proto'], longs: Number, enums: String, defaults: false },
});

function callAudit(name: string, message: object): Promise<Answer> {
  const client = new Client(exchange.addresses.grpc, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = (auditService as ServiceDefinition)[name] as MethodDefinition<
    object,
    object
  >;
  return new Promise<Answer>((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize as never, responseDeserialize, message, (error, answer) => {
      if (error) reject(refusalOf(error));
      else resolve(answer as Answer);
    });
  }).finally(() => client.close());
}

const inject = (fault: object) => audit('post', '/audit/v1/faults', fault);
const shown = (faultId: string) => audit('get', `/audit/v1/faults/${faultId}`);
const clear = (faultId: string) => audit('delete', `/audit/v1/faults/${faultId}`);

async function funded(): Promise<string> {
  const { accountId } = await answerOf(rest.call('CreateAccount', { name: `Trader ${++names}` }));
  for (const [asset, amount] of [
    ['USD', '100000'],
    ['BTC', '10'],
  ]) {
    await answerOf(rest.call('Deposit', { accountId, asset, amount }));
  }
  return accountId;
}

async function answerOf(outcome: Promise<Outcome>): Promise<Answer> {
  const seen = await outcome;
  if ('answer' in seen) return seen.answer;
  throw new Error(JSON.stringify(seen.refusal));
}

const marketOrder = (accountId: string, more: Request = {}): Request => ({
  ...{ accountId, symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '0.01', ...more },
});

const balances = (accountId: string): Request => ({ accountId });

/** Over both transports; `ofAccount` gives each its own account. */
const transports = (): [ExchangeDriver, 'REST' | 'GRPC'][] => [
  [rest, 'REST'],
  [grpc, 'GRPC'],
];

async function sequenceOfHead(): Promise<number> {
  return (await exchange.fingerprint()).headSequence;
}

describe('a fault', () => {
  it('is in the journal from its beginning to its end, with whom it struck', async () => {
    const accountId = await funded();
    const { faultId } = await inject({
      kind: 'reject',
      target: { accountId },
      parameters: { code: 'MARKET_NOT_OPEN' },
    });
    const { refusal } = (await rest.call('PlaceOrder', marketOrder(accountId))) as { refusal: Answer };
    expect(refusal).toMatchObject({ status: 422, code: 'MARKET_NOT_OPEN', orderId: expect.stringMatching(/^ord-/) });
    await clear(faultId);
    const { items } = await audit('get', `/audit/v1/events?afterSequence=${Number(faultId.slice(4)) - 1}`);
    expect(items.flatMap(({ events }: Answer) => events.map(({ type }: Answer) => type))).toEqual([
      ...['FaultInjected', 'OrderRejected', 'FaultEnded'],
    ]);
    expect(items[0].events[0]).toMatchObject({ faultId, fault: { kind: 'reject', target: { accountId } } });
    expect(items[1].origin.faults).toEqual([faultId]);
    expect(items[2].events[0]).toMatchObject({ faultId, reason: 'CLEARED', struck: 1 });
    const kept = await answerOf(rest.call('GetOrder', { orderId: refusal.orderId }));
    expect(kept).toMatchObject({ status: 'REJECTED', rejectCode: 'MARKET_NOT_OPEN' });
    expect((await audit('get', '/audit/v1/verify')).ok).toBe(true);
  });

  it('says whom it struck, counts, ends by itself, and ends when it is cleared', async () => {
    const accountId = await funded();
    const target = { accountId, operation: 'GetBalances' };
    const { faultId } = await inject({ kind: 'rate-limit', target, next: 2 });
    for (const [driver] of transports()) {
      expect(await driver.call('GetBalances', balances(accountId))).toMatchObject({
        refusal: { status: 429, code: 'RATE_LIMITED' },
      });
    }
    await answerOf(rest.call('GetBalances', balances(accountId)));
    await eventually(async () => expect((await shown(faultId)).status).toBe('SPENT'));
    const { matched, struck, strikes } = await shown(faultId);
    expect([matched, struck]).toEqual([2, 2]);
    expect(strikes).toMatchObject([
      { place: 0, accountId, operation: 'GetBalances', transport: 'REST', requestId: expect.any(String) },
      { place: 1, accountId, operation: 'GetBalances', transport: 'GRPC', requestId: expect.any(String) },
    ]);

    const brief = await inject({ kind: 'downtime', target, durationSeconds: 0.05 });
    await eventually(async () => expect((await shown(brief.faultId)).status).toBe('EXPIRED'));
    await answerOf(grpc.call('GetBalances', balances(accountId)));

    const lasting = await inject({ kind: 'downtime', target, untilCleared: true });
    expect(lasting.expiresAt).toBeUndefined();
    await clear(lasting.faultId);
    await answerOf(rest.call('GetBalances', balances(accountId)));
    const { text } = await request(exchange.addresses.http).get('/metrics');
    expect(text).toContain('exchange_faults_struck_total{kind="rate-limit"} 2');
  });

  it('strikes the same places with the same seed, and others with another', async () => {
    const accountId = await funded();
    const struckWith = async (seed: number) => {
      const target = { accountId, operation: 'GetBalances' };
      const { faultId } = await inject({ kind: 'rate-limit', target, probability: 0.3, seed });
      for (let count = 0; count < 40; count += 1) {
        await transports()[count % 2]![0].call('GetBalances', balances(accountId));
      }
      const { matched, strikes } = await clear(faultId);
      expect(matched).toBe(40);
      return strikes.map(({ place }: Answer) => place);
    };
    const [first, again, other] = [await struckWith(7), await struckWith(7), await struckWith(8)];
    expect(first.length).toBeGreaterThan(3);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('never strikes the audit, health or metrics', async () => {
    await inject({ kind: 'downtime', parameters: { mode: 'cut' } });
    expect((await audit('get', '/audit/v1/verify')).ok).toBe(true);
    for (const path of ['/health/ready', '/health/live', '/metrics']) {
      expect((await request(exchange.addresses.http).get(path)).status).toBe(200);
    }
  });

  it('is refused with each field that is wrong', async () => {
    const wrong = {
      kind: 'latency',
      target: { asset: 'USD', symbol: 'btc' },
      parameters: { percent: 3, delayMs: 90_000 },
      probability: 2,
    };
    const { status, code, errors } = await inject(wrong);
    expect([status, code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(errors.map(({ field }: Answer) => field)).toEqual(['probability']);
    const { errors: second } = await inject({ kind: 'latency', target: { asset: 'USD' }, parameters: { percent: 3 } });
    expect(second.map(({ field }: Answer) => field)).toEqual([
      'target.asset',
      'parameters.delayMs',
      'parameters.percent',
    ]);
    const { errors: ofNobody } = await inject({ kind: 'halt', probability: 0.5, next: 1 });
    expect(ofNobody.map(({ field }: Answer) => field)).toEqual(['probability', 'next']);
    const { errors: third } = await inject({ kind: 'halt', durationSeconds: 601 });
    expect(third[0]).toMatchObject({
      field: 'durationSeconds',
      message: expect.stringContaining('CHAOS_DURATION_MAX_SECONDS'),
    });
  });
});

describe('of requests', () => {
  it('latency delays them, by each distribution', async () => {
    const accountId = await funded();
    for (const parameters of [
      { delayMs: 120 },
      { distribution: 'uniform', delayMsMin: 100, delayMsMax: 140 },
      { distribution: 'log-normal', delayMs: 120, sigma: 0.01 },
    ]) {
      const { faultId } = await inject({ kind: 'latency', target: { accountId }, parameters });
      for (const [driver] of transports()) {
        const begunAt = performance.now();
        await answerOf(driver.call('GetBalances', balances(accountId)));
        expect(performance.now() - begunAt).toBeGreaterThanOrEqual(90);
      }
      expect(await clear(faultId)).toMatchObject({ struck: 2 });
    }
  });

  it('downtime answers 503, or cuts the connection; nothing is carried out', async () => {
    const accountId = await funded();
    const before = await sequenceOfHead();
    const { faultId } = await inject({ kind: 'downtime', target: { accountId } });
    for (const [driver] of transports()) {
      expect(await driver.call('PlaceOrder', marketOrder(accountId))).toMatchObject({
        refusal: { status: 503, code: 'VENUE_DOWN' },
      });
    }
    await clear(faultId);
    const cut = await inject({ kind: 'downtime', target: { accountId }, parameters: { mode: 'cut' } });
    await expect(rest.call('PlaceOrder', marketOrder(accountId))).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(await grpc.call('PlaceOrder', marketOrder(accountId))).toMatchObject({ refusal: { status: 503 } });
    await clear(cut.faultId);
    const { items } = await audit('get', `/audit/v1/events?afterSequence=${before}&accountId=${accountId}`);
    expect(items).toEqual([]);
  });

  it('disconnect cuts the connection before anything is done', async () => {
    const accountId = await funded();
    const { faultId } = await inject({ kind: 'disconnect', target: { accountId }, next: 2 });
    await expect(rest.call('PlaceOrder', marketOrder(accountId))).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(await grpc.call('PlaceOrder', marketOrder(accountId))).toMatchObject({ refusal: { status: 503 } });
    await eventually(async () => expect((await shown(faultId)).status).toBe('SPENT'));
    expect((await answerOf(rest.call('ListOrders', { accountId }))).items).toEqual([]);
    expect(await answerOf(grpc.call('PlaceOrder', marketOrder(accountId)))).toMatchObject({ status: 'FILLED' });
  });

  it('response-lost carries the order out and loses the answer; the retry tells the truth', async () => {
    for (const [driver, transport] of transports()) {
      const accountId = await funded();
      const order = marketOrder(accountId, { clientOrderId: 'lost-1' });
      const { faultId } = await inject({
        kind: 'response-lost',
        target: { accountId, operation: 'PlaceOrder' },
        next: 1,
      });
      if (transport === 'REST')
        await expect(driver.call('PlaceOrder', order)).rejects.toThrow(/socket hang up|ECONNRESET/);
      else expect(await driver.call('PlaceOrder', order)).toMatchObject({ refusal: { status: 503 } });
      const retried = await answerOf(driver.call('PlaceOrder', order));
      expect(retried).toMatchObject({ status: 'FILLED', clientOrderId: 'lost-1' });
      expect((await answerOf(rest.call('ListOrders', { accountId }))).items).toHaveLength(1);
      const { items } = await audit('get', `/audit/v1/events?orderId=${retried.orderId}`);
      expect(items[0].origin.faults).toEqual([faultId]);
    }
  });

  it('duplicate-response has the request arrive twice: once by its clientOrderId, twice without', async () => {
    for (const [driver] of transports()) {
      const accountId = await funded();
      await inject({ kind: 'duplicate-response', target: { accountId, operation: 'PlaceOrder' }, next: 2 });
      await answerOf(driver.call('PlaceOrder', marketOrder(accountId, { clientOrderId: 'twice-1' })));
      expect((await answerOf(rest.call('ListOrders', { accountId }))).items).toHaveLength(1);
      await answerOf(driver.call('PlaceOrder', marketOrder(accountId)));
      expect((await answerOf(rest.call('ListOrders', { accountId }))).items).toHaveLength(3);
    }
  });

  it('what arrives twice meets the same faults both times: nothing is carried out that the answer denies', async () => {
    for (const [driver] of transports()) {
      const accountId = await funded();
      const target = { accountId, operation: 'PlaceOrder' };
      const { faultId: twice } = await inject({ kind: 'duplicate-response', target });
      const { faultId: refused } = await inject({ kind: 'reject', target, parameters: { code: 'MARKET_NOT_OPEN' } });
      expect(await driver.call('PlaceOrder', marketOrder(accountId))).toMatchObject({
        refusal: { status: 422, code: 'MARKET_NOT_OPEN' },
      });
      const { items } = await answerOf(rest.call('ListOrders', { accountId }));
      expect(items.map(({ status }: Answer) => status)).toEqual(['REJECTED', 'REJECTED']);
      for (const { orderId } of items) {
        const { items: records } = await audit('get', `/audit/v1/events?orderId=${orderId}`);
        expect(records[0].origin.faults).toEqual([twice, refused]);
      }
      for (const faultId of [twice, refused]) await clear(faultId);
    }
  });

  it('response-lost can leave the client waiting; whoever gives up has its other calls answered', async () => {
    const accountId = await funded();
    const target = { accountId, operation: 'PlaceOrder' };
    await inject({ kind: 'response-lost', target, parameters: { mode: 'hang' } });
    const waiting = request(exchange.addresses.http).post('/api/v1/orders').send(marketOrder(accountId));
    await expect(waiting.timeout(200)).rejects.toThrow(/Timeout/);
    expect(await grpc.call('PlaceOrder', marketOrder(accountId), 200)).toMatchObject({
      refusal: { code: 'DEADLINE_EXCEEDED' },
    });
    expect((await answerOf(grpc.call('ListOrders', { accountId }))).items).toHaveLength(2);
    const counted = 'exchange_http_requests_total{method="POST",route="/api/v1/orders",status="503"}';
    await eventually(async () => {
      expect((await request(exchange.addresses.http).get('/metrics')).text).toContain(counted);
    });
  });

  it('partial-fill fills a part, and the rest expires where it could have been filled', async () => {
    for (const [driver] of transports()) {
      const accountId = await funded();
      await inject({ kind: 'partial-fill', target: { accountId }, parameters: { fillPercent: 40 } });
      expect(await answerOf(driver.call('PlaceOrder', marketOrder(accountId)))).toMatchObject({
        ...{ status: 'EXPIRED', filledQuantity: '0.004' },
      });
      const crossing = { type: 'LIMIT', price: '61000', timeInForce: 'GTC' };
      expect(await answerOf(driver.call('PlaceOrder', marketOrder(accountId, crossing)))).toMatchObject({
        ...{ status: 'EXPIRED', filledQuantity: '0.004' },
      });
      const resting = { type: 'LIMIT', price: '59000', timeInForce: 'GTC' };
      expect(await answerOf(driver.call('PlaceOrder', marketOrder(accountId, resting)))).toMatchObject({
        status: 'NEW',
      });
      expect(
        await driver.call('PlaceOrder', marketOrder(accountId, { ...crossing, timeInForce: 'FOK' })),
      ).toMatchObject({
        answer: { status: 'EXPIRED', filledQuantity: '0' },
      });
      await answerOf(rest.call('CancelOrders', { accountId }));
    }
    expect((await audit('get', '/audit/v1/verify')).ok).toBe(true);
  });
});

it('ack-delay accepts an order now and fills it later, at the prices of then; meanwhile it can be canceled', async () => {
  for (const [driver] of transports()) {
    const accountId = await funded();
    const delayMs = 200;
    const { faultId } = await inject({ kind: 'ack-delay', target: { accountId }, parameters: { delayMs } });
    const first = await answerOf(driver.call('PlaceOrder', marketOrder(accountId)));
    expect(first).toMatchObject({ status: 'NEW', filledQuantity: '0' });
    const limit = { type: 'LIMIT', price: '59000', timeInForce: 'GTC' };
    const resting = await answerOf(driver.call('PlaceOrder', marketOrder(accountId, limit)));
    const canceled = await answerOf(driver.call('PlaceOrder', marketOrder(accountId, { side: 'SELL' })));
    expect(await answerOf(driver.call('CancelOrder', { orderId: canceled.orderId }))).toMatchObject({
      status: 'CANCELED',
    });
    const { balances: held } = await answerOf(rest.call('GetBalances', { accountId, asset: 'USD' }));
    expect(Number(held[0].held)).toBeGreaterThan(1_000);
    await eventually(async () =>
      expect(await answerOf(driver.call('GetOrder', { orderId: first.orderId }))).toMatchObject({ status: 'FILLED' }),
    );
    const { items } = await audit('get', `/audit/v1/events?orderId=${first.orderId}`);
    expect(items.map(({ command }: Answer) => command.type)).toEqual(['PlaceOrder', 'ReleaseOrder']);
    expect(items[0].origin.faults).toEqual([faultId]);
    expect(items[1].origin).toMatchObject({ transport: 'SYSTEM', causedBy: items[0].sequence });
    const { facts } = await audit('get', `/audit/v1/orders/${first.orderId}/explain`);
    const told = facts.map(({ kind, sequence }: Answer) => [kind, sequence]);
    expect(told).toContainEqual(['FAULT', items[0].sequence]);
    expect(told).toContainEqual(['RELEASED', items[1].sequence]);
    expect(told).toContainEqual(['TRADE', items[1].sequence]);
    await audit('get', `/audit/v1/orders/${resting.orderId}/explain`);
    expect(Date.parse(items[1].time) - Date.parse(items[0].time)).toBeGreaterThanOrEqual(delayMs - 5);
    await eventually(async () => {
      const state = await audit('get', '/audit/v1/state');
      const bids = state.books.find(({ symbol }: Answer) => symbol === 'BTC-USD').bids;
      expect(bids.some(({ price }: Answer) => price === '59000')).toBe(true);
    });
    await answerOf(driver.call('CancelOrder', { orderId: resting.orderId }));
  }
  expect((await audit('get', '/audit/v1/verify')).ok).toBe(true);
});

describe('of markets', () => {
  const priceOf = async (symbol: string) => {
    const { last, bid, ask } = await answerOf(rest.call('GetTicker', { symbol }));
    return { last: Number(last), bid: Number(bid), ask: Number(ask) };
  };

  it('price-shock moves the price, over a ramp or at once, and its end gives it back', async () => {
    const before = await priceOf('ETH-USD');
    const { faultId } = await inject({
      kind: 'price-shock',
      target: { symbol: 'ETH-USD' },
      parameters: { percent: -50 },
    });
    await eventually(async () => expect((await priceOf('ETH-USD')).ask / before.ask).toBeCloseTo(0.5, 3));
    await clear(faultId);
    await eventually(async () => expect(await priceOf('ETH-USD')).toMatchObject({ bid: before.bid, ask: before.ask }));
    await inject({
      kind: 'price-shock',
      target: { symbol: 'ETH-USD' },
      parameters: { percent: 100, rampSeconds: 600 },
    });
    await eventually(async () => expect((await priceOf('ETH-USD')).ask).toBeGreaterThan(before.ask));
    expect((await priceOf('ETH-USD')).ask).toBeLessThan(before.ask * 1.5);
  });

  it('price-shocks beyond the highest price of one market keep no other price out', async () => {
    const [before, shocked] = [await priceOf('ETH-BTC'), await priceOf('BTC-USD')];
    for (let count = 0; count < 10; count += 1) {
      await inject({ kind: 'price-shock', target: { symbol: 'BTC-USD' }, parameters: { percent: 1_000 } });
    }
    await inject({ kind: 'price-shock', target: { symbol: 'ETH-BTC' }, parameters: { percent: -50 } });
    await eventually(async () => expect((await priceOf('ETH-BTC')).bid / before.bid).toBeCloseTo(0.5, 2));
    await audit('delete', '/audit/v1/faults');
    await eventually(async () => expect(await priceOf('BTC-USD')).toMatchObject({ bid: shocked.bid }));
  });

  it('depeg moves every market that the asset is in, each its way', async () => {
    const [asBase, asQuote, without] = [await priceOf('USDT-USD'), await priceOf('BTC-USDT'), await priceOf('BTC-USD')];
    await inject({ kind: 'depeg', parameters: { asset: 'USDT', percent: -20 } });
    await eventually(async () => {
      expect((await priceOf('USDT-USD')).bid / asBase.bid).toBeCloseTo(0.8, 2);
      expect((await priceOf('BTC-USDT')).bid / asQuote.bid).toBeCloseTo(1.25, 2);
      expect(await priceOf('BTC-USD')).toMatchObject({ bid: without.bid });
    });
  });

  it('stale-price says so for as long as it lasts', async () => {
    const stale = async () => (await answerOf(rest.call('GetTicker', { symbol: 'BTC-USD' }))).stale ?? false;
    const { faultId } = await inject({ kind: 'stale-price', target: { symbol: 'BTC-USD' } });
    await eventually(async () => expect(await stale()).toBe(true));
    await clear(faultId);
    await eventually(async () => expect(await stale()).toBe(false));
  });

  it('spread widens the quotes of one market, and its end brings them back', async () => {
    const [before, other] = [await priceOf('BTC-USD'), await priceOf('ETH-USD')];
    const { faultId } = await inject({ kind: 'spread', target: { symbol: 'BTC-USD' }, parameters: { multiplier: 50 } });
    const wide = await priceOf('BTC-USD');
    expect((wide.ask - wide.bid) / (before.ask - before.bid)).toBeCloseTo(50, 0);
    expect(await priceOf('ETH-USD')).toMatchObject({ bid: other.bid, ask: other.ask });
    await clear(faultId);
    expect(await priceOf('BTC-USD')).toMatchObject({ bid: before.bid, ask: before.ask });
  });

  it('liquidity-withdrawal takes depth, or all of it', async () => {
    const accountId = await funded();
    const all = await inject({
      kind: 'liquidity-withdrawal',
      target: { symbol: 'BTC-USD' },
      parameters: { percent: 100 },
    });
    for (const [driver] of transports()) {
      expect(await driver.call('PlaceOrder', marketOrder(accountId))).toMatchObject({
        refusal: { code: 'NO_LIQUIDITY' },
      });
    }
    await clear(all.faultId);
    await answerOf(rest.call('PlaceOrder', marketOrder(accountId)));
    await inject({ kind: 'liquidity-withdrawal', target: { symbol: 'BTC-USD' }, parameters: { percent: 90 } });
    const { asks } = await answerOf(rest.call('GetOrderBook', { symbol: 'BTC-USD' }));
    expect(Number(asks[0].quantity)).toBeLessThan(10);
  });

  it('halt stops one market, and its end opens it', async () => {
    const accountId = await funded();
    const { faultId } = await inject({ kind: 'halt', target: { symbol: 'BTC-USD' } });
    expect(await rest.call('PlaceOrder', marketOrder(accountId))).toMatchObject({
      refusal: { code: 'MARKET_NOT_OPEN' },
    });
    await answerOf(rest.call('PlaceOrder', marketOrder(accountId, { symbol: 'ETH-USD', quantity: '0.1' })));
    await clear(faultId);
    expect(await answerOf(rest.call('PlaceOrder', marketOrder(accountId)))).toMatchObject({ status: 'FILLED' });
  });
});

describe('of settlement', () => {
  const instructionsOf = async (accountId: string): Promise<Answer[]> =>
    (await audit('get', `/api/v1/settlements?accountId=${accountId}`)).items;
  const statuses = async (accountId: string) => (await instructionsOf(accountId)).map(({ status }) => status);

  it.each([
    [{ kind: 'settlement-delay', parameters: { delayMs: 700 } }, 'INSTRUCTED'],
    [{ kind: 'settlement-fail' }, 'FAILED'],
    [{ kind: 'settlement-lose-status' }, 'INSTRUCTED'],
  ])('%j holds instructions up, and they settle in the end', async (fault, heldAt) => {
    const accountId = await funded();
    const { faultId } = await inject({ ...fault, target: { accountId } });
    const { orderId } = await answerOf(rest.call('PlaceOrder', marketOrder(accountId)));
    await audit('post', '/api/v1/settlements/cycles', {});
    await eventually(async () => expect(await statuses(accountId)).toEqual([heldAt, heldAt]));
    expect((await shown(faultId)).struck).toBeGreaterThanOrEqual(2);
    if (heldAt === 'FAILED') {
      const [{ reason }] = (await instructionsOf(accountId)) as [Answer];
      expect(reason).toContain(faultId);
    }
    await clear(faultId);
    await eventually(async () => expect(await statuses(accountId)).toEqual(['SETTLED', 'SETTLED']), 10_000);

    const explained = await audit('get', `/audit/v1/orders/${orderId}/explain`);
    const strikes = explained.facts.filter(({ kind }: Answer) => kind === 'FAULT');
    expect(strikes.length).toBeGreaterThanOrEqual(2);
    for (const strike of strikes) {
      expect(strike).toMatchObject({ faultId, faultKind: fault.kind, instruction: { status: 'INSTRUCTED' } });
      expect(strike.sentence).toContain(`${faultId} (${fault.kind}`);
      const [record] = (await audit('get', `/audit/v1/events?afterSequence=${strike.sequence - 1}&limit=1`)).items;
      expect(record.events[0].changes).toContainEqual(
        expect.objectContaining({ instructionId: strike.instruction.instructionId, faults: [faultId] }),
      );
    }
    const { facts } = await callAudit('ExplainOrder', { orderId });
    const same = ({ kind }: Answer) => kind === 'FACT_KIND_FAULT';
    expect(facts.filter(same).map((each: Answer) => [each.sequence, each.faultKind])).toEqual(
      strikes.map((each: Answer) => [each.sequence, fault.kind]),
    );
  });
});

describe('over gRPC', () => {
  it('faults are injected, seen and cleared as over REST', async () => {
    const { fault } = await callAudit('InjectFault', {
      kind: 'latency',
      target: { symbol: 'BTC-USD' },
      parameters: { delayMs: 5 },
    });
    expect(fault).toMatchObject({
      status: 'IN_FORCE',
      target: { symbol: 'BTC-USD' },
      parameters: { delayMs: 5 },
      probability: 1,
    });
    expect((await callAudit('GetFault', { faultId: fault.faultId })).fault.kind).toBe('latency');
    expect((await callAudit('ListFaults', { inForce: true })).items).toHaveLength(1);
    expect((await callAudit('ClearFault', { faultId: fault.faultId })).fault.status).toBe('CLEARED');
    await expect(callAudit('GetFault', { faultId: 'flt-999999' })).rejects.toMatchObject({ code: 'FAULT_NOT_FOUND' });
    await expect(callAudit('InjectFault', { kind: 'reject' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: ['parameters.code'],
    });
    expect(await callAudit('ClearFaults', {})).toEqual({});
  });
});

it('is asked for where it is not enabled, it is refused, and says what would be right', async () => {
  const plain = await RunningExchange.start();
  const { body, status } = await request(plain.addresses.http).post('/audit/v1/faults').send({ kind: 'halt' });
  expect([status, body.code, body.detail]).toEqual([
    403,
    'CHAOS_DISABLED',
    expect.stringContaining('CHAOS_ENABLED=true'),
  ]);
  await plain.stop();
});

it('leaves no order waiting for ever: those that waited when the process ended are matched at the next start', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'chaos-'));
  const place = ({ addresses }: RunningExchange, path: string, body: object) =>
    request(addresses.http)
      .post(path)
      .send(body)
      .then((answer) => answer.body);
  const before = await RunningExchange.start({ STORE: 'disk', DATA_DIR: directory, CHAOS_ENABLED: 'true' });
  const { accountId } = await place(before, '/api/v1/accounts', { name: 'Waiting' });
  await place(before, `/api/v1/accounts/${accountId}/deposits`, { asset: 'USD', amount: '10000' });
  await place(before, '/audit/v1/faults', { kind: 'ack-delay', parameters: { delayMs: 60_000 } });
  const { orderId, status } = await place(before, '/api/v1/orders', marketOrder(accountId));
  expect(status).toBe('NEW');
  await before.stop();
  const after = await RunningExchange.start({ STORE: 'disk', DATA_DIR: directory });
  await eventually(async () => {
    const { body } = await request(after.addresses.http).get(`/api/v1/orders/${orderId}`);
    expect(body.status).toBe('FILLED');
  });
  expect((await request(after.addresses.http).get('/audit/v1/verify')).body.ok).toBe(true);
  await after.stop();
  rmSync(directory, { recursive: true });
});

it('ends with a restart, unless it is to outlive it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'chaos-'));
  const start = () => RunningExchange.start({ STORE: 'disk', DATA_DIR: directory, CHAOS_ENABLED: 'true' });
  const faultsOf = async ({ addresses }: RunningExchange) =>
    (await request(addresses.http).get('/audit/v1/faults')).body.items;
  const before = await start();
  const halt = (symbol: string, more: object) =>
    request(before.addresses.http)
      .post('/audit/v1/faults')
      .send({ kind: 'halt', target: { symbol }, ...more });
  const { body: lasting } = await halt('BTC-USD', { persistent: true, untilCleared: true });
  const { body: passing } = await halt('ETH-USD', { untilCleared: true });
  await before.stop();

  const after = await start();
  expect((await faultsOf(after)).map(({ faultId, status }: Answer) => [faultId, status])).toEqual([
    [lasting.faultId, 'IN_FORCE'],
    [passing.faultId, 'RESTARTED'],
  ]);
  const { body } = await request(after.addresses.http).get('/api/v1/markets');
  const halted = body.items.filter(({ status }: Answer) => status !== 'OPEN').map(({ symbol }: Answer) => symbol);
  expect(halted).toEqual(['BTC-USD']);
  expect((await request(after.addresses.http).get('/audit/v1/verify')).body.ok).toBe(true);
  await after.stop();
  rmSync(directory, { recursive: true });
});
