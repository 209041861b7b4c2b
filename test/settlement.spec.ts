import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CustodianProcess } from './custodian-process.fixture.js';
import { eventually } from './eventually.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { SettlingExchange, units } from './settling-exchange.fixture.js';

/** So many orders are placed at random; fewer where many specs share the machine. */
const ordersMax = process.env.CI ? 5_000 : 14_000;
/** That are at least so many trades. */
const tradesMin = process.env.CI ? 3_500 : 10_000;

/** Settlement as it is: exchanges and custodians in processes of their own, with real files. */
describe('settlement', () => {
  let folder: string;
  const custodians: CustodianProcess[] = [];
  const exchanges: SettlingExchange[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'settlement-'));
  });

  afterEach(async () => {
    await Promise.all(exchanges.splice(0).map((exchange) => exchange.kill()));
    await Promise.all(custodians.splice(0).map((custodian) => custodian.kill()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function startCustodian(options: Record<string, string> = {}): Promise<CustodianProcess> {
    const custodian = await CustodianProcess.start({ store: join(folder, 'custody.jsonl'), ...options });
    custodians.push(custodian);
    return custodian;
  }

  async function startExchange(
    custodian: CustodianProcess | undefined,
    environment: Record<string, string> = {},
  ): Promise<SettlingExchange> {
    const peer = custodian && {
      SETTLEMENT_CUSTODIAN: 'custodian-simulator',
      PEERS: `custodian-simulator=${custodian.address}`,
    };
    const exchange = await SettlingExchange.start({
      ...{ STORE: 'disk', DATA_DIR: join(folder, 'data'), SETTLEMENT_CUTOFF: '1h', ...peer },
      ...environment,
    });
    exchanges.push(exchange);
    return exchange;
  }

  /** Those of what was traded; deposits have instructions of their own. */
  const statusesOf = async (exchange: SettlingExchange, query = ''): Promise<string[]> =>
    (await exchange.get(`/api/v1/settlements?limit=500${query}`)).items
      .filter(({ kind }: Answer) => kind === 'TRADE_NET')
      .map(({ status }: Answer) => status);

  it('nets what was traded at the cut-off, instructs the custodian, and tells when it is settled', async () => {
    const custodian = await startCustodian();
    const exchange = await startExchange(custodian, { SETTLEMENT_CUTOFF: '2s' });
    const accountId = await exchange.account({ USD: '10000' });
    await exchange.buy(accountId, '0.06');
    await exchange.buy(accountId, '0.04');
    const { items: obligations } = await exchange.get(`/api/v1/obligations?accountId=${accountId}`);
    expect(obligations.map(({ status }: Answer) => status)).toEqual(Array(6).fill('PENDING'));
    await eventually(async () => {
      const { items } = await exchange.get(`/api/v1/settlements?accountId=${accountId}`);
      expect(items).toMatchObject([
        { asset: 'USD', status: 'SETTLED', attempts: 1, settlementDate: new Date().toISOString().slice(0, 10) },
        { asset: 'BTC', amount: '0.1', status: 'SETTLED' },
        { asset: 'USD', amount: '10000', status: 'SETTLED', kind: 'DEPOSIT' },
      ]);
    }, 10_000);
    const { items } = await exchange.get(`/api/v1/settlements?tradeId=trd-2&accountId=${accountId}`);
    const { history } = await exchange.get(`/api/v1/settlements/${items[0].instructionId}`);
    expect(history.map(({ status }: Answer) => status)).toEqual(['PENDING', 'INSTRUCTED', 'SETTLED']);
    const { items: settled } = await exchange.get('/api/v1/obligations?tradeId=trd-1');
    expect(settled).toHaveLength(6);
    expect(new Set(settled.map(({ status }: Answer) => status))).toEqual(new Set(['SETTLED']));
    expect(await exchange.reconcile()).toMatchObject({
      ...{ ok: true, cycles: 1, transfers: 1, confirmed: 6, breaks: [] },
    });
    const positions = await custodian.positions(await exchange.venueId());
    expect(positions[`${accountId} BTC`]).toBe('0.1');
    expect(Object.keys(positions)).toHaveLength(5);
  }, 120_000);

  it('settles by itself, with the same steps, where there is no custodian', async () => {
    const exchange = await startExchange(undefined);
    const accountId = await exchange.account({ USD: '10000' });
    await exchange.buy(accountId, '0.1');
    expect((await exchange.closeCycles()).cycles).toMatchObject([{ instructions: 5 }]);
    expect((await exchange.closeCycles()).cycles).toEqual([]);
    await exchange.everythingSettled();
    const { history } = await exchange.get('/api/v1/settlements/ins-1');
    expect(history.map(({ status }: Answer) => status)).toEqual(['PENDING', 'INSTRUCTED', 'SETTLED']);
    expect((await exchange.get('/audit/v1/verify')).ok).toBe(true);
  }, 120_000);

  it('waits for a slow custodian, sends again what it fails, and asks it where it says nothing', async () => {
    const custodian = await startCustodian();
    const exchange = await startExchange(custodian);
    const accountId = await exchange.account({ USD: '10000' });
    await custodian.behave({ delayMs: 1_000, silence: 'status' });
    await exchange.buy(accountId, '0.01');
    const closedAt = performance.now();
    await exchange.closeCycles();
    await eventually(async () => expect(await statusesOf(exchange)).toEqual(Array(5).fill('INSTRUCTED')));
    await exchange.everythingSettled();
    expect(performance.now() - closedAt).toBeGreaterThan(1_000);

    await custodian.behave({ delayMs: 0, failureShare: 1, silence: 'none' });
    await exchange.buy(accountId, '0.01');
    await exchange.closeCycles();
    await eventually(async () => {
      const { items } = await exchange.get('/api/v1/settlements?status=FAILED');
      expect(items.length).toBeGreaterThan(0);
      expect(items[0].attempts).toBeGreaterThan(1);
      expect(items[0].reason).toMatch(/^attempt \d+ was made to fail$/);
    });
    await custodian.behave({ failureShare: 0 });
    await exchange.everythingSettled();
    expect((await exchange.reconcile()).ok).toBe(true);
  }, 120_000);

  it('gives up what fails too often, and names it', async () => {
    const custodian = await startCustodian({ 'failure-share': '1' });
    const exchange = await startExchange(custodian, { SETTLEMENT_ATTEMPTS_MAX: '3', SETTLEMENT_RETRY_MS: '10' });
    await exchange.buy(await exchange.account({ USD: '10000' }), '0.01');
    await exchange.closeCycles();
    await eventually(async () => {
      const { breakCount, breaks } = await exchange.reconcile();
      expect([breakCount, new Set(breaks.map(({ kind }: Answer) => kind))]).toEqual([6, new Set(['NOT_SETTLED'])]);
    });
    expect((await exchange.get('/api/v1/settlements/ins-1')).attempts).toBe(3);
  }, 120_000);

  it('goes on with a custodian that was silent, or gone', async () => {
    const custodian = await startCustodian();
    const exchange = await startExchange(custodian);
    await custodian.behave({ silence: 'all' });
    const accountId = await exchange.account({ USD: '10000' });
    await exchange.buy(accountId, '0.01');
    await exchange.closeCycles();
    await pause(1_500);
    expect(await statusesOf(exchange)).toEqual(Array(5).fill('PENDING'));
    expect((await exchange.reconcile()).breakCount).toBe(0);
    await custodian.kill();
    await exchange.buy(accountId, '0.01');
    await exchange.closeCycles();
    const again = await startCustodian({ port: custodian.port });
    await exchange.everythingSettled();
    expect(await exchange.reconcile()).toMatchObject({ ok: true, cycles: 2, confirmed: 11 });
    expect((await again.positions(await exchange.venueId()))[`${accountId} BTC`]).toBe('0.02');
  }, 120_000);

  it('survives kill -9 in the middle of a cycle: nothing is lost, and nothing is done twice', async () => {
    const custodian = await startCustodian({ 'delay-ms': '300' });
    const exchange = await startExchange(custodian);
    const accounts = await Promise.all(Array.from({ length: 20 }, () => exchange.account({ USD: '10000' })));
    for (const account of accounts) await exchange.buy(account, '0.01');
    await exchange.closeCycles();
    await exchange.killAndRestart();
    await eventually(async () => expect(await statusesOf(exchange)).toContain('INSTRUCTED'));
    await exchange.killAndRestart();
    await exchange.everythingSettled();
    expect(await exchange.reconcile()).toMatchObject({
      ok: true,
      breaks: [],
      confirmed: 63,
      instructions: { settled: 63 },
    });
    const positions = await custodian.positions(await exchange.venueId());
    expect(accounts.map((account) => positions[`${account} BTC`])).toEqual(accounts.map(() => '0.01'));
  }, 120_000);

  it('keeps T+2 for its day, and lets an admin bring that day forward', async () => {
    const exchange = await startExchange(undefined, { MARKETS_FILE: 'test/settlement-markets.json' });
    const accountId = await exchange.account({ USD: '10000' });
    await exchange.buy(accountId, '0.01');
    const day = (after: number) => new Date(Date.now() + after * 86_400_000).toISOString().slice(0, 10);
    const { items } = await exchange.get(`/api/v1/obligations?accountId=${accountId}`);
    expect(items[0]).toMatchObject({ settlementDate: day(2), status: 'PENDING' });
    expect((await exchange.closeCycles()).cycles).toEqual([]);
    expect((await exchange.closeCycles(day(1))).cycles).toEqual([]);
    expect((await exchange.closeCycles(day(2))).cycles).toMatchObject([{ settlementDate: day(2), instructions: 5 }]);
    await exchange.everythingSettled();
    expect(await statusesOf(exchange, `&date=${day(2)}`)).toHaveLength(5);
    expect(await statusesOf(exchange, `&date=${day(0)}`)).toEqual([]);
  }, 120_000);

  it(`adds up after ${ordersMax} random orders, random failures and three SIGKILLs, and finds one forgery`, async () => {
    const custodian = await startCustodian({ 'failure-share': '0.2', 'delay-ms': '20', seed: '7' });
    const exchange = await startExchange(custodian, { SETTLEMENT_CUTOFF: '1s', SNAPSHOT_EVERY: '2000' });
    const deposits = { USD: '10000000', USDT: '10000000', BTC: '100', ETH: '1000' };
    const accounts = await Promise.all(Array.from({ length: 30 }, () => exchange.account(deposits)));
    const random = seeded(11);
    const orders = Array.from({ length: ordersMax }, (_, index) => orderOf(random, accounts, index));
    const killAfter = [0.25, 0.5, 0.75].map((share) => Math.floor(orders.length * share));
    let placed = 0;
    let restarting: Promise<void> | undefined;
    const lane = async () => {
      for (let order = orders.pop(); order !== undefined; order = orders.pop()) {
        await place(exchange, order, () => restarting);
        placed += 1;
        if (placed === killAfter[0]) {
          killAfter.shift();
          restarting = exchange.killAndRestart();
          await restarting;
          restarting = undefined;
        }
      }
    };
    await Promise.all(Array.from({ length: 24 }, lane));
    expect([placed, killAfter]).toEqual([ordersMax, []]);

    expect(await tradesOf(exchange)).toBeGreaterThanOrEqual(tradesMin);
    await exchange.closeCycles();
    await exchange.everythingSettled();
    const report = await exchange.reconcile();
    expect(report).toMatchObject({ ok: true, breaks: [], confirmed: report.instructions.settled });
    expect(report.instructions.settled).toBeGreaterThan(200);
    const verification = await exchange.get('/audit/v1/verify');
    expect(verification.checks.filter(({ ok }: Answer) => !ok)).toEqual([]);

    const venueId = await exchange.venueId();
    const positions = await custodian.positions(venueId);
    for (const accountId of accounts) {
      const totals = await exchange.totals(accountId);
      const moved = Object.fromEntries(Object.keys(totals).map((key) => [key, units(positions[key] ?? '0')]));
      expect(moved).toEqual(totals);
    }

    const { items } = await exchange.get('/api/v1/settlements?limit=500');
    const forged = items[Math.floor(random() * items.length)];
    await custodian.tamper(venueId, forged.instructionId, '123.456');
    const found = await exchange.reconcile();
    expect(found).toMatchObject({
      ...{ ok: false, breakCount: 1, confirmed: report.confirmed - 1 },
      breaks: [{ kind: 'CUSTODIAN_TERMS', instructionId: forged.instructionId }],
    });
    expect(found.breaks[0].detail).toContain(`amount ${forged.amount} here and 123.456 at the custodian`);
  }, 590_000);
});

/** The number of the last trade of all markets. */
async function tradesOf(exchange: SettlingExchange): Promise<number> {
  const last = markets.map(({ symbol }) => exchange.get(`/api/v1/markets/${symbol}/trades?limit=1`));
  const ids = (await Promise.all(last)).flatMap(({ items }) => items.map(({ tradeId }: Answer) => tradeId.slice(4)));
  return Math.max(...ids.map(Number));
}

/** Sent until it is answered: its clientOrderId sees to it that it is placed once. */
async function place(exchange: SettlingExchange, order: object, restarting: () => Promise<void> | undefined) {
  for (;;) {
    try {
      await exchange.post('/api/v1/orders', order);
      return;
    } catch {
      await restarting();
      await pause(20);
    }
  }
}

const markets = [
  { symbol: 'BTC-USD', price: 60_000, quantity: '0.0', places: 2 },
  { symbol: 'ETH-USD', price: 3_000, quantity: '0.', places: 2 },
  { symbol: 'ETH-BTC', price: 0.05, quantity: '0.', places: 5 },
  { symbol: 'USDT-USD', price: 1, quantity: '1', places: 4 },
];

/** Market orders, and limit orders near the price that rest and meet one another. */
function orderOf(random: () => number, accounts: readonly string[], index: number): object {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const { symbol, price, quantity, places } = pick(markets);
  const side = pick(['BUY', 'SELL']);
  const order = {
    ...{ accountId: pick(accounts), clientOrderId: `order-${index}`, symbol, side },
    quantity: `${quantity}${1 + Math.floor(random() * 9)}`,
  };
  if (random() < 0.5) return { ...order, type: 'MARKET' };
  const limit = price * (1 + (random() - 0.5) / 500);
  return { ...order, type: 'LIMIT', price: limit.toFixed(places).replace(/\.?0+$/, '') };
}

/** mulberry32: the same numbers on every machine. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
