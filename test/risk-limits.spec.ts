import { jest } from '@jest/globals';
import type { Answer, ExchangeDriver, Operation, Outcome, Request } from './exchange-driver.fixture.js';
import { ExchangeDirectory } from './faults/exchange-directory.fixture.js';
import { GrpcDriver } from './grpc-driver.fixture.js';
import { codeOf, must } from './guarded-exchange.fixture.js';
import { RestDriver } from './rest-driver.fixture.js';
import type { ServerProcess } from './server.fixture.js';

jest.setTimeout(120_000);

const parallelOrders = 64;

let directory: ExchangeDirectory;
let server: ServerProcess;
let rest: ExchangeDriver;
let grpc: ExchangeDriver;

async function start(): Promise<void> {
  server = directory.launch();
  const addresses = await server.ready();
  rest = new RestDriver(addresses.http);
  grpc = new GrpcDriver(addresses.grpc);
}

async function killAndRestart(): Promise<void> {
  grpc.close();
  await server.kill();
  await start();
}

beforeAll(async () => {
  directory = new ExchangeDirectory();
  await start();
});

afterAll(async () => {
  grpc.close();
  await directory.remove();
});

const ask = (operation: Operation, request: Request): Promise<Answer> => must(rest, operation, request);

/** An account with 1,000,000 USD and 1 BTC, and these limits. */
async function limited(...limits: Request[]): Promise<string> {
  const { accountId } = await ask('CreateAccount', { name: 'limited' });
  await ask('Deposit', { accountId, asset: 'USD', amount: '1000000' });
  await ask('Deposit', { accountId, asset: 'BTC', amount: '1' });
  await ask('SetRiskLimits', { accountId, limits });
  return accountId;
}

/** A bid that waits, unless it says otherwise. */
function bid(accountId: string, more: Request = {}): Request {
  const terms = { symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '59000' };
  return { accountId, ...terms, ...more };
}

function purchase(accountId: string, quantity = '0.01'): Request {
  return { accountId, symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity };
}

/** Sends orders all at once, every other one over gRPC. */
function placeAll(orderAt: (index: number) => Request): Promise<Outcome[]> {
  const orders = Array.from({ length: parallelOrders }, (_, index) => orderAt(index));
  return Promise.all(orders.map((order, index) => (index % 2 === 0 ? rest : grpc).call('PlaceOrder', order)));
}

function accepted(outcomes: readonly Outcome[]): Answer[] {
  return outcomes.flatMap((outcome) => ('answer' in outcome ? [outcome.answer] : []));
}

function refusals(outcomes: readonly Outcome[]): string[] {
  return [...new Set(outcomes.map(codeOf).filter((code) => code !== 'OK'))];
}

async function useOf(accountId: string, kind: string): Promise<Answer> {
  const { limits } = await ask('GetExposure', { accountId });
  return limits.find((limit: Answer) => limit.kind === kind);
}

async function openOrders(accountId: string): Promise<Answer[]> {
  const { items } = await ask('ListOrders', { accountId, limit: 500 });
  return items.filter(({ status }: Answer) => status === 'NEW' || status === 'PARTIALLY_FILLED');
}

describe(`${parallelOrders} parallel orders, over REST and gRPC`, () => {
  it('are not more in a second than the account may place', async () => {
    const accountId = await limited({ kind: 'ORDER_RATE', limit: '10' });
    const outcomes = await placeAll(() => bid(accountId));
    const perSecond = Map.groupBy(accepted(outcomes), ({ createdAt }) => createdAt.slice(0, 19));
    for (const orders of perSecond.values()) expect(orders.length).toBeLessThanOrEqual(10);
    expect(Math.max(...[...perSecond.values()].map((orders) => orders.length))).toBe(10);
    expect(refusals(outcomes)).toEqual(['ORDER_RATE_LIMIT']);
  });

  it.each([
    ['ORDER_QUANTITY', { symbol: 'BTC-USD', limit: '0.01' }, { quantity: '0.01001' }],
    ['ORDER_NOTIONAL', { asset: 'USD', limit: '590' }, { price: '59000.01' }],
    ['PRICE_BAND', { limit: '100' }, { price: '60600.01' }],
  ])('are held against %s one by one', async (kind, limit, beyond) => {
    const accountId = await limited({ kind, ...limit });
    const outcomes = await placeAll((index) => bid(accountId, index % 4 < 2 ? {} : beyond));
    expect(accepted(outcomes)).toHaveLength(parallelOrders / 2);
    expect(refusals(outcomes)).toEqual([`${kind}_LIMIT`]);
    outcomes.forEach((outcome, index) => {
      expect(codeOf(outcome)).toBe(index % 4 < 2 ? 'OK' : `${kind}_LIMIT`);
    });
  });

  it('are not open for more than the account may have open', async () => {
    const accountId = await limited({ kind: 'OPEN_NOTIONAL', asset: 'USD', limit: '6000' });
    const outcomes = await placeAll(() => bid(accountId));
    expect(accepted(outcomes)).toHaveLength(10);
    expect(refusals(outcomes)).toEqual(['OPEN_NOTIONAL_LIMIT']);
    expect(await useOf(accountId, 'OPEN_NOTIONAL')).toMatchObject({ used: '5900', usedPercent: 98 });
    expect(await openOrders(accountId)).toHaveLength(10);
  });

  it('bring no more than the account may have, at once and later', async () => {
    const accountId = await limited({ kind: 'POSITION', asset: 'BTC', limit: '1.2' });
    const outcomes = await placeAll((index) => (index % 3 === 0 ? purchase(accountId) : bid(accountId)));
    expect(accepted(outcomes)).toHaveLength(20);
    expect(refusals(outcomes)).toEqual(['POSITION_LIMIT']);
    expect(await useOf(accountId, 'POSITION')).toMatchObject({ used: '1.2', usedPercent: 100 });
    const { balances } = await ask('GetBalances', { accountId, asset: 'BTC' });
    const waiting = await openOrders(accountId);
    expect(Number(balances[0].total) + waiting.length * 0.01).toBeCloseTo(1.2, 8);
  });

  it('lose no more than the account may lose in a day', async () => {
    const accountId = await limited({ kind: 'DAILY_LOSS', asset: 'USD', limit: '6.5' });
    const outcomes = await placeAll(() => purchase(accountId));
    // Each is a cent above the reference price, and pays 20 basis points.
    const eachLoses = 0.0001 + 1.2000002;
    expect(accepted(outcomes)).toHaveLength(Math.floor(6.5 / eachLoses));
    expect(refusals(outcomes)).toEqual(['DAILY_LOSS_LIMIT']);
    expect(Number((await useOf(accountId, 'DAILY_LOSS')).used)).toBeCloseTo(5 * eachLoses, 8);
    const sale = { ...purchase(accountId), side: 'SELL', quantity: '0.05' };
    expect((await ask('PlaceOrder', sale)).status).toBe('FILLED');
  });

  it('tell of a limit once, in the audit trail and in the metrics', async () => {
    const breaches = async () => {
      const page = await (await fetch(`${(await server.ready()).http}/metrics`)).text();
      return Number(/exchange_risk_breaches_total\{limit="OPEN_NOTIONAL"\} (\d+)/.exec(page)![1]);
    };
    const before = await breaches();
    const accountId = await limited({ kind: 'OPEN_NOTIONAL', asset: 'USD', limit: '6000' });
    await placeAll(() => bid(accountId));
    const trail = await (
      await fetch(`${(await server.ready()).http}/api/v1/accounts/${accountId}/audit?limit=500`)
    ).json();
    const told = (trail as Answer).items.filter(({ type }: Answer) => type.startsWith('Risk'));
    expect(told.map(({ type }: Answer) => type)).toEqual(['RiskLimitsSet', 'RiskWarningRaised', 'RiskLimitBreached']);
    expect(told[1].description).toBe('A limit is almost used up: OPEN_NOTIONAL in USD 5310 USD of 6000 USD.');
    expect(told[2].description).toMatch(/order ord-\d+ was refused, which would have made it .* 6490 USD of 6000 USD/);
    expect(await breaches()).toBe(before + 1);
  });
});

describe('a kill switch among parallel orders', () => {
  /** Orders over both transports, and in the middle of them the switch; gives what was accepted. */
  async function race(accountId: string, scope: Request): Promise<Answer[]> {
    const half = () => placeAll((index) => (index % 4 === 0 ? purchase(accountId, '0.0001') : bid(accountId)));
    const [first, engaged, second] = await Promise.all([
      half(),
      grpc.call('EngageKillSwitch', { ...scope, reason: 'race' }),
      half(),
    ]);
    expect(codeOf(engaged)).toBe('OK');
    const outcomes = [...first, ...second];
    expect(refusals(outcomes)).toEqual(['KILL_SWITCH_ENGAGED']);
    return accepted(outcomes);
  }

  it.each([
    ['of the account', (accountId: string): Request => ({ accountId })],
    ['for all', (): Request => ({})],
  ])('%s leaves nothing open, every time', async (_, scopeOf) => {
    const accountId = await limited();
    const scope = scopeOf(accountId);
    for (let round = 0; round < 5; round += 1) {
      const placed = await race(accountId, scope);
      expect(placed.length).toBeGreaterThan(0);
      expect(await openOrders(accountId)).toEqual([]);
      const { balances } = await ask('GetBalances', { accountId });
      expect(balances.every(({ held }: Answer) => held === '0')).toBe(true);
      for (const { orderId, type } of placed.slice(0, 10)) {
        const { status } = await ask('GetOrder', { orderId });
        expect(status).toBe(type === 'MARKET' ? 'FILLED' : 'CANCELED');
      }
      await ask('ReleaseKillSwitch', scope);
    }
    expect((await ask('PlaceOrder', bid(accountId))).status).toBe('NEW');
  });
});

describe('after a kill -9', () => {
  it('the limits, what was used of them, and the kill switches are what they were', async () => {
    const accountId = await limited(
      { kind: 'ORDER_RATE', limit: '100' },
      { kind: 'POSITION', asset: 'BTC', limit: '1.2' },
      { kind: 'DAILY_LOSS', asset: 'USD', limit: '100' },
    );
    const { accountId: stopped } = await ask('CreateAccount', { name: 'stopped' });
    await ask('PlaceOrder', purchase(accountId, '0.1'));
    await ask('PlaceOrder', bid(accountId));
    expect(codeOf(await rest.call('PlaceOrder', bid(accountId, { quantity: '0.2' })))).toBe('POSITION_LIMIT');
    await ask('EngageKillSwitch', { accountId: stopped, reason: 'Stopped.' });
    const seen = async () => {
      const { limits, positions } = await ask('GetExposure', { accountId });
      const { limits: set } = await ask('GetRiskLimits', { accountId });
      const used = limits.filter(({ kind }: Answer) => kind !== 'ORDER_RATE');
      return { used, set, positions, killSwitch: await ask('GetKillSwitch', { accountId: stopped }) };
    };
    const before = await seen();
    expect(before.used[1].used).not.toBe('0');

    await killAndRestart();

    expect(await seen()).toEqual(before);
    expect(codeOf(await grpc.call('PlaceOrder', bid(accountId, { quantity: '0.2' })))).toBe('POSITION_LIMIT');
    expect(codeOf(await grpc.call('PlaceOrder', bid(stopped)))).toBe('KILL_SWITCH_ENGAGED');
  });

  it('nothing is open behind a switch that was acknowledged in the middle of orders', async () => {
    const accountId = await limited();
    const running = placeAll(() => bid(accountId)).catch(() => []);
    await must(grpc, 'EngageKillSwitch', { reason: 'The end.' });
    await server.kill();
    await running;
    await killAndRestart();

    expect(await openOrders(accountId)).toEqual([]);
    expect(codeOf(await rest.call('PlaceOrder', bid(accountId)))).toBe('KILL_SWITCH_ENGAGED');
    await ask('ReleaseKillSwitch', {});
    expect((await ask('PlaceOrder', bid(accountId))).status).toBe('NEW');
  });

  it('the journal replays to the same state, and its checks find nothing', async () => {
    const report = await (await fetch(`${(await server.ready()).http}/audit/v1/verify`)).json();
    expect(report).toMatchObject({ ok: true });
  });
});
