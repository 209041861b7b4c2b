import { status } from '@grpc/grpc-js';
import type { Answer } from './exchange-driver.fixture.js';
import { adminToken, auditToken, GuardedExchange, must } from './guarded-exchange.fixture.js';
import { serviceCaller } from './service-caller.fixture.js';

/** What an API key, the admin and an auditor are told of settlement, over REST and over gRPC. */
describe('settlement with AUTH=on', () => {
  let exchange: GuardedExchange;
  let callers: ReturnType<typeof serviceCaller>[] = [];

  beforeAll(async () => {
    exchange = await (await GuardedExchange.start()).prepare();
    const order = { symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '0.01' };
    for (const accountId of [exchange.alice, exchange.bob]) {
      await must(exchange.rest(adminToken), 'PlaceOrder', { accountId, ...order });
    }
    expect((await rest('POST', '/api/v1/settlements/cycles', adminToken, {})).status).toBe(200);
  }, 60_000);

  afterAll(async () => {
    for (const caller of callers) caller.close();
    callers = [];
    await GuardedExchange.killAll();
  });

  async function rest(method: string, path: string, token?: string, body?: object) {
    const answer = await fetch(`${exchange.addresses.http}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Answer };
  }

  function grpc(token?: string, service = 'SettlementService') {
    const caller = serviceCaller(exchange.addresses.grpc, service, token);
    callers.push(caller);
    return caller;
  }

  const accountsIn = (items: Answer[]) => [...new Set(items.map(({ accountId }) => accountId))];

  it('shows a key its own account alone', async () => {
    const key = exchange.key('reads');
    for (const path of ['settlements', 'obligations', 'settlements?tradeId=trd-1']) {
      const { body } = await rest('GET', `/api/v1/${path}`, key);
      expect(accountsIn(body.items)).toEqual([exchange.alice]);
    }
    expect(await rest('GET', `/api/v1/settlements?accountId=${exchange.bob}`, key)).toMatchObject({
      ...{ status: 404, body: { code: 'ACCOUNT_NOT_FOUND' } },
    });
    expect(await rest('GET', '/api/v1/obligations?tradeId=trd-2', key)).toMatchObject({
      ...{ status: 404, body: { code: 'TRADE_NOT_FOUND' } },
    });
    const { items } = (await rest('GET', '/api/v1/settlements', adminToken)).body;
    const others = items.find(({ accountId }: Answer) => accountId === exchange.bob);
    const path = `/api/v1/settlements/${others.instructionId}`;
    const refusal = await rest('GET', path, key);
    expect(refusal).toMatchObject({ status: 404, body: { code: 'INSTRUCTION_NOT_FOUND' } });
    expect(refusal.body.detail).toBe(`There is no instruction ${others.instructionId}.`);
    expect((await rest('GET', path, exchange.key('bob'))).status).toBe(200);
  });

  it('lets nobody close cycles but the admin, and nobody reconcile but an auditor', async () => {
    expect((await rest('POST', '/api/v1/settlements/cycles', exchange.key('all'), {})).status).toBe(403);
    expect((await rest('POST', '/api/v1/settlements/cycles', undefined, {})).status).toBe(401);
    expect((await rest('GET', '/audit/v1/reconciliation', adminToken)).status).toBe(401);
    expect((await rest('GET', '/api/v1/settlements', exchange.key('trades'))).status).toBe(403);
    const report = await rest('GET', '/audit/v1/reconciliation', auditToken);
    expect(report).toMatchObject({ status: 200, body: { ok: true, custodian: 'internal', cycles: 1 } });
  });

  it('says the same over gRPC', async () => {
    const key = exchange.key('reads');
    const { items } = (await rest('GET', '/api/v1/settlements', key)).body;
    const listed = await grpc(key).call('ListSettlements', {});
    const words = ({ createdAt: _c, updatedAt: _u, ...row }: Answer) => row;
    const shown = listed.items.map(({ status, kind, ...row }: Answer) =>
      words({
        ...row,
        status: status.slice('INSTRUCTION_STATUS_'.length),
        kind: kind.slice('INSTRUCTION_KIND_'.length),
      }),
    );
    expect(shown).toEqual(items.map(words));
    const { settlement, history } = await grpc(key).call('GetSettlement', { instructionId: items[0].instructionId });
    expect(settlement).toMatchObject({ instructionId: items[0].instructionId, status: 'INSTRUCTION_STATUS_SETTLED' });
    expect(history.map((step: Answer) => step.status)).toEqual(
      ['PENDING', 'INSTRUCTED', 'SETTLED'].map((word) => `INSTRUCTION_STATUS_${word}`),
    );
    const obligations = await grpc(key).call('ListObligations', { tradeId: 'trd-1' });
    expect(obligations.items).toHaveLength(3);
    expect(obligations.items[0]).toMatchObject({ accountId: exchange.alice, type: 'OBLIGATION_TYPE_TRADE' });
    expect(await grpc(key).codeOf('CloseSettlementCycles', {})).toBe(status.PERMISSION_DENIED);
    expect(await grpc(key).codeOf('GetSettlement', { instructionId: 'ins-999' })).toBe(status.NOT_FOUND);
    expect(await grpc(adminToken).call('CloseSettlementCycles', {})).toEqual({});
    const report = await grpc(auditToken, 'AuditService').call('Reconcile', {});
    expect(report).toMatchObject({ ok: true, custodian: 'internal', instructions: { settled: items.length + 5 } });
  });

  it.each([
    ['/api/v1/settlements?status=DONE', 'status'],
    ['/api/v1/settlements?date=2026-02-30', 'date'],
    ['/api/v1/settlements?tradeId=3', 'tradeId'],
    ['/api/v1/settlements?cursor=x', 'cursor'],
    ['/api/v1/settlements/ins-x', 'instructionId'],
    ['/api/v1/obligations', 'accountId'],
  ])('names what is wrong with %s', async (path, field) => {
    const { status: code, body } = await rest('GET', path, adminToken);
    expect([code, body.errors?.map((error: Answer) => error.field)]).toEqual([400, [field]]);
  });
});
