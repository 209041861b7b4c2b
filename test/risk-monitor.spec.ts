import { execFile } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { ExchangeClient, type Side } from '../clients/typescript/src/index.js';
import { Accounts, MissingEvents } from '../examples/risk-monitor/accounts.ts';
import { Alerts } from '../examples/risk-monitor/alerts.ts';
import { readLimits } from '../examples/risk-monitor/limits.ts';
import { Marks } from '../examples/risk-monitor/marks.ts';
import { Prices } from '../examples/risk-monitor/prices.ts';
import { readStream } from '../examples/risk-monitor/stream-watch.ts';
import { CuttingProxy } from './cutting-proxy.fixture.js';
import { eventually } from './eventually.fixture.js';
import { RiskMonitorProcess } from './risk-monitor-process.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

jest.setTimeout(120_000);

const [operator, auditor] = ['planted-admin-token-71c3', 'planted-audit-token-0d9e'];
const guarded = { AUTH: 'on', ADMIN_TOKEN: operator, AUDIT_TOKEN: auditor };
const tokens = { EXCHANGE_TOKEN: operator, AUDIT_TOKEN: auditor };

/** The price is 60000.01 for who buys and 59999.99 for who sells, the mark 60000, the fee 0.2 per cent. */
describe('the reference risk monitor', () => {
  let exchange: RunningExchange;
  let client: ExchangeClient;
  let network: CuttingProxy;
  let monitor: RiskMonitorProcess;

  beforeAll(async () => {
    exchange = await RunningExchange.start(guarded);
    client = new ExchangeClient({ address: exchange.addresses.http, token: operator });
    network = await CuttingProxy.start(`http://${exchange.addresses.grpc}`);
    const limits = { everyAccount: { exposure: '30000', drawdownPercent: 1 } };
    monitor = await RiskMonitorProcess.start({ exchange: new URL(network.address).host, limits }, tokens);
  });

  afterAll(async () => {
    await monitor?.kill();
    await network?.stop();
    await exchange?.stop();
  });

  async function fundedAccount(amount: string): Promise<string> {
    const { accountId } = await client.accounts.create({ name: 'Trader' });
    await client.accounts.deposit(accountId, { asset: 'USD', amount });
    return accountId;
  }

  function trade(accountId: string, side: Side, quantity: string) {
    return client.orders.place({ accountId, symbol: 'BTC-USD', side, type: 'MARKET', quantity });
  }

  /** Until it has come as far as the exchange: what the account has by its own books is what the exchange says. */
  async function caughtUp(accountId: string): Promise<void> {
    const { balances } = await client.accounts.balances(accountId);
    const told = Object.fromEntries(balances.filter(({ total }) => total !== '0').map((b) => [b.asset, b.total]));
    await eventually(async () => expect(await monitor.positions(accountId)).toEqual(told), 20_000);
  }

  it('keeps what an account has, and values it at the market', async () => {
    const accountId = await fundedAccount('10000');
    await trade(accountId, 'BUY', '0.1');
    await caughtUp(accountId);
    expect(await monitor.account(accountId)).toEqual({
      accountId,
      positions: [
        { asset: 'USD', quantity: '3987.998998', worth: '3987.998998' },
        { asset: 'BTC', quantity: '0.1', worth: '6000' },
      ],
      ...{ equity: '9987.998998', exposure: '6000', drawdown: '12.001002' },
    });
  });

  it('raises one alert for each level that is reached, with the record that led to it, and clears it again', async () => {
    const accountId = await fundedAccount('100000');
    await trade(accountId, 'BUY', '0.45');
    for (let count = 0; count < 3; count += 1) await trade(accountId, 'BUY', '0.04');
    await trade(accountId, 'SELL', '0.4');
    await caughtUp(accountId);
    const told = monitor.lines.filter(({ kind, subject }) => kind === 'EXPOSURE' && subject === accountId);
    expect(told.map(({ type, severity }) => `${type} ${severity}`)).toEqual([
      'raised WARNING',
      'cleared WARNING',
      'raised CRITICAL',
      'cleared CRITICAL',
    ]);
    const [warning, , critical] = told;
    expect(warning!.detail).toBe('It has assets worth 27000 USD, of 30000 USD that it may have.');
    expect(critical!.detail).toBe('It has assets worth 31800 USD, of 30000 USD that it may have.');
    const { items } = await client.accounts.trades(accountId).page();
    const bought = items.find(({ quantity }) => quantity === '0.45')!;
    expect(warning).toMatchObject({ sequence: expect.any(Number), eventAt: bought.executedAt });
    expect(warning!.latencyMs).toBe(Date.parse(warning!.raisedAt) - Date.parse(warning!.eventAt));
    expect((await monitor.alerts()).filter(({ subject }) => subject === accountId)).toHaveLength(2);
    expect((await monitor.alerts({ activeOnly: true })).filter(({ subject }) => subject === accountId)).toEqual([]);
  });

  it('tells of its alerts, and whether it watches, over gRPC', async () => {
    const accountId = await fundedAccount('100000');
    await trade(accountId, 'BUY', '0.6');
    await caughtUp(accountId);
    const [alert, ...more] = await monitor.alerts({ activeOnly: true });
    expect(alert).toMatchObject({ kind: 'EXPOSURE', severity: 'CRITICAL', subject: accountId });
    expect(more).toEqual([]);
    const changes = monitor.streamed();
    expect((await changes.next()).value).toEqual({ type: 'raised', alert });
    await trade(accountId, 'SELL', '0.6');
    const cleared = { ...alert, clearedAt: expect.any(String) };
    expect((await changes.next()).value).toEqual({ type: 'cleared', alert: cleared });
    await changes.return();
    expect(await monitor.alerts({ limit: 1 })).toEqual([cleared]);
    expect(await monitor.health()).toBe('SERVING');
  });

  it('takes fees for a loss, and money that is withdrawn for none', async () => {
    const accountId = await fundedAccount('10000');
    await client.accounts.withdraw(accountId, { asset: 'USD', amount: '5000' });
    for (let count = 0; count < 3; count += 1) {
      await trade(accountId, 'BUY', '0.08');
      await trade(accountId, 'SELL', '0.08');
    }
    await caughtUp(accountId);
    const told = monitor.raised('DRAWDOWN', accountId);
    expect(told.map(({ severity }) => severity)).toEqual(['WARNING', 'CRITICAL']);
    expect(told[1]!.detail).toMatch(/^It is worth 49[0-9.]+ USD, after 5000 USD, and may lose 1 per cent\.$/);
  });

  it('misses nothing and doubles nothing while connections break', async () => {
    const accounts = await Promise.all(Array.from({ length: 5 }, () => fundedAccount('100000')));
    const [cuts, rounds] = [4, 12];
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(accounts.map((accountId) => trade(accountId, 'BUY', '0.6')));
      if (round % 3 === 1) network.cut();
      await Promise.all(accounts.map((accountId) => trade(accountId, 'SELL', '0.6')));
      if (round % 3 === 2) await caughtUp(accounts[0]!);
    }
    for (const accountId of accounts) await caughtUp(accountId);
    for (const accountId of accounts) {
      expect(monitor.raised('EXPOSURE', accountId)).toHaveLength(rounds);
      const sequences = monitor.raised('EXPOSURE', accountId).map(({ sequence }) => sequence);
      expect(new Set(sequences).size).toBe(rounds);
    }
    for (const type of ['raised', 'cleared'] as const) expect(monitor[type]('CONNECTION_LOST')).toHaveLength(cuts);
    expect(monitor.raised('BOOKS_DIFFER')).toEqual([]);
  });

  it('begins anew with another journal, and says what is stale and what is not settled in time', async () => {
    const nowhere = '127.0.0.1:1';
    const other = await RunningExchange.start({
      ...{ ...guarded, PRICE_SOURCE: 'peer:prices', SETTLEMENT_CUSTODIAN: 'custody', PRICE_STALE_MS: '100' },
      PEERS: `prices=${nowhere},custody=${nowhere}`,
    });
    const everyAccount = { exposure: '1', drawdownPercent: 100 };
    const limits = { everyAccount, settlement: { timeoutMs: 1, pollMs: 50 } };
    const watcher = await RiskMonitorProcess.start({ exchange: new URL(network.address).host, limits }, tokens);
    try {
      await eventually(() => expect(watcher.raised('EXPOSURE')).not.toEqual([]), 20_000);
      network.redirect(`http://${other.addresses.grpc}`);
      network.cut();
      await eventually(() => expect(watcher.watchCount).toBe(2), 20_000);
      expect(await watcher.accounts()).toEqual([]);
      expect(watcher.cleared('EXPOSURE')).toHaveLength(watcher.raised('EXPOSURE').length);
      await eventually(() => expect(watcher.raised('PRICE_STALE', 'BTC-USD')).toHaveLength(1), 20_000);
      client = new ExchangeClient({ address: other.addresses.http, token: operator });
      await trade(await fundedAccount('10000'), 'BUY', '0.1');
      await client.settlements.closeCycles();
      const { items } = await client.settlements.list().page();
      await eventually(() => {
        const overdue = watcher.raised('SETTLEMENT_OVERDUE').map(({ subject }) => subject);
        expect(overdue.sort()).toEqual(items.map(({ instructionId }) => instructionId).sort());
      }, 20_000);
    } finally {
      await watcher.kill();
      await other.stop();
    }
  });

  it('does not start with limits that it cannot understand', async () => {
    const file = limitsFile('warnAtPercent: 80', 'warnAtPercent: 101');
    const ended = await new Promise<{ code: unknown; said: string }>((resolve) => {
      execFile(process.execPath, ['examples/risk-monitor/main.ts', '--limits', file], (error, _out, said) =>
        resolve({ code: error?.code, said }),
      );
    });
    const sentence = `The limits cannot be read: ${file}: warnAtPercent is 101; it must be from 1 to 100\n`;
    expect(ended).toEqual({ code: 64, said: sentence });
  });
});

/** The limits that are shipped, with something else in them. */
function limitsFile(right: string, wrong: string): string {
  const shipped = readFileSync('examples/risk-monitor/limits.yaml', 'utf8');
  expect(shipped).toContain(right);
  const file = join(mkdtempSync(join(tmpdir(), 'limits-')), 'limits.yaml');
  writeFileSync(file, shipped.replace(right, wrong));
  return file;
}

describe('the limits of the reference risk monitor', () => {
  it.each([
    ['  exposure: "1000000"', '  exposure: 5000', 'everyAccount: exposure is 5000; it must be a decimal above zero'],
    [
      'accounts: {}',
      'accounts: { acc-7: { exposur: "1" } }',
      'acc-7: there is no exposur; there are exposure, drawdown',
    ],
    ['symbol: USDT-USD', 'symbol: USDT', 'pegs: 0: symbol is "USDT"; it must be a market, such as USDT-USD'],
  ])('are not taken with %s as %s', (right, wrong, sentence) => {
    expect(() => readLimits(limitsFile(right, wrong))).toThrow(sentence);
  });

  it('of an account are those of every account where it does not say otherwise', () => {
    const { everyAccount, accounts } = readLimits(limitsFile('accounts: {}', 'accounts: { acc-7: { exposure: "1" } }'));
    expect(accounts.get('acc-7')).toEqual({ ...everyAccount, exposure: 10n ** 18n });
  });
});

describe('prices', () => {
  const message = (price: string, lastSequence: number, previousLastSequence?: number) => ({
    ...{ symbol: 'BTC-USD', lastSequence, previousLastSequence, time: { seconds: 1 } },
    ticker: { referencePrice: price },
  });

  it('are the newest, whatever comes twice or late, and none is missing', () => {
    const marks = new Marks('USD', []);
    const prices = new Prices(readLimits('examples/risk-monitor/limits.yaml'), marks, new Alerts());
    expect(prices.take(message('1', 10))).toEqual({ sequence: 10, atMs: 1_000 });
    prices.take(message('2', 12, 10));
    for (const late of [message('1', 10), message('1', 11, 10), message('2', 12, 10)]) {
      expect(prices.take(late)).toBeUndefined();
    }
    expect(() => prices.take(message('3', 16, 14))).toThrow('BTC-USD: after ticker 12 came the one after 14');
    expect(marks.price('BTC-USD')).toBe(2n * 10n ** 18n);
    // The stream was opened again.
    expect(prices.take(message('3', 16))).toEqual({ sequence: 16, atMs: 1_000 });
  });
});

describe('a stream', () => {
  it('over which nothing comes for too long is given up', async () => {
    const canceled: unknown[] = [];
    const stream = Object.assign(new EventEmitter(), { cancel: () => canceled.push('canceled') });
    const reading = readStream(stream as never, 50, () => undefined);
    stream.emit('data', {});
    await expect(reading).rejects.toThrow('nothing came for 50 ms');
    expect(canceled).toEqual(['canceled']);
  });
});

describe('the books of accounts', () => {
  const limits = readLimits('examples/risk-monitor/limits.yaml');
  const event = (accountId: string, accountSequence: number, sequence: number) => ({
    ...{ accountId, accountSequence, sequence, eventType: 'ACCOUNT_EVENT_TYPE_TRANSFER_COMPLETED' },
    time: { seconds: 1 },
    transfer: { fromAccountId: 'acc-external', toAccountId: accountId, asset: 'USD', amount: '1' },
  });

  function open(): { accounts: Accounts; held: (accountId: string) => unknown } {
    const accounts = new Accounts(limits, new Marks('USD', []), new Alerts());
    accounts.open(10, [{ accountId: 'acc-1', asOfSeq: 12, balances: [{ asset: 'USD', total: '5' }] }]);
    const held = (accountId: string) => {
      const found = [...accounts.standings()].find(({ book }) => book.accountId === accountId);
      return (found?.book.holdings.get('USD') ?? 0n) / 10n ** 18n;
    };
    return { accounts, held };
  }

  it('count what came after the balances that they began with, once', () => {
    const { accounts, held } = open();
    for (const [number, sequence] of [
      [7, 12],
      [8, 13],
      [8, 13],
      [9, 14],
    ] as const)
      accounts.take(event('acc-1', number, sequence));
    expect(held('acc-1')).toBe(7n);
    expect(accounts.resumesAt).toBe(14);
  });

  it('notice a gap, and are read again from the last event before it', () => {
    const { accounts, held } = open();
    accounts.take(event('acc-1', 7, 13));
    accounts.take(event('acc-2', 1, 14));
    expect(() => accounts.take(event('acc-1', 9, 15))).toThrow(MissingEvents);
    expect(accounts.resumesAt).toBe(13);
    for (const [account, number, sequence] of [
      ['acc-1', 7, 13],
      ['acc-2', 1, 14],
      ['acc-1', 8, 14],
      ['acc-1', 9, 15],
    ] as const) {
      accounts.take(event(account, number, sequence));
    }
    expect([held('acc-1'), held('acc-2')]).toEqual([8n, 1n]);
  });

  it('notice that the first event of a new account is missing', () => {
    const { accounts } = open();
    accounts.take(event('acc-1', 7, 13));
    expect(() => accounts.take(event('acc-3', 2, 15))).toThrow(
      'acc-3: after event 0 came 2; reading again from record 11',
    );
  });
});
