import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationServer } from './configuration-server.fixture.js';
import { eventually } from './eventually.fixture.js';
import { RestDriver } from './rest-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';
import { ServerProcess } from './server.fixture.js';

interface AuditEvent {
  readonly type: string;
  readonly origin: { readonly actor?: string };
}

/** A whole exchange that follows a configuration service. */
describe('remote configuration', () => {
  let server: ConfigurationServer;
  let exchange: RunningExchange | undefined;
  let directory: string;

  beforeAll(async () => {
    server = await ConfigurationServer.start();
  });

  afterAll(() => server.stop());

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'remote-configuration-'));
    await server.tell({ values: {}, bodies: {}, status: 200, delayMs: 0 });
  });

  afterEach(async () => {
    await exchange?.stop();
    exchange = undefined;
  });

  async function start(environment: Record<string, string> = {}): Promise<void> {
    exchange = await RunningExchange.start({
      ...{ STORE: 'disk', DATA_DIR: directory, CONFIG_SERVICE_URL: server.url },
      ...{ CONFIG_POLL_MS: '100', CONFIG_TIMEOUT_MS: '300', PRICE_INTERVAL_MS: '3600000' },
      ...environment,
    });
  }

  async function restart(environment?: Record<string, string>): Promise<void> {
    await exchange!.stop();
    await start(environment);
  }

  async function get<Answer>(path: string): Promise<Answer> {
    return (await fetch(`${exchange!.addresses.http}${path}`)).json() as Promise<Answer>;
  }

  async function takerFeeBps(): Promise<string> {
    return (await get<{ takerFeeBps: string }>('/api/v1/markets/BTC-USD')).takerFeeBps;
  }

  /** What the journal says of changes of the venue: who made them. */
  async function configuredBy(): Promise<(string | undefined)[]> {
    const { items } = await get<{ items: AuditEvent[] }>('/audit/v1/events?limit=500');
    const text = items.filter((event) => JSON.stringify(event).includes('VenueConfigured'));
    return text.map(({ origin }) => origin.actor);
  }

  async function call(operation: Parameters<RestDriver['call']>[0], request: Record<string, unknown>) {
    const outcome = await new RestDriver(exchange!.addresses.http).call(operation, request);
    if ('answer' in outcome) return outcome.answer;
    throw new Error(outcome.refusal.detail);
  }

  async function funded(): Promise<string> {
    const { accountId } = await call('CreateAccount', { name: 'Taker' });
    await call('Deposit', { accountId, asset: 'USD', amount: '1000000' });
    return accountId as string;
  }

  async function feeOfOrder(accountId: string): Promise<number> {
    const order = { accountId, symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '0.1' };
    const { fills } = (await call('PlaceOrder', order)) as { fills: { fee: string; price: string }[] };
    return Math.round((Number(fills[0]!.fee) / (Number(fills[0]!.price) * 0.1)) * 1_000_000);
  }

  it('changes a fee at run time: in the next order, in the market, and in the audit, once', async () => {
    await start();
    const accountId = await funded();
    expect(await feeOfOrder(accountId)).toBe(2_000);
    await server.tell({ values: { taker_fee_bps: '7.5' } });
    await eventually(async () => expect(await takerFeeBps()).toBe('7.5'));
    expect(await feeOfOrder(accountId)).toBe(750);
    await new Promise((wake) => setTimeout(wake, 400));
    expect(await configuredBy()).toEqual([undefined, 'configuration-service']);
    expect(await get('/health')).toMatchObject({ status: 'ok', details: { configuration: { status: 'up' } } });
    const metrics = await (await fetch(`${exchange!.addresses.http}/metrics`)).text();
    expect(metrics).toContain('exchange_config_values_total{outcome="accepted"} 1');
    expect(metrics).toContain('exchange_config_breaker_state{state="closed"} 1');
  }, 30_000);

  it('survives a restart without a further change, with the service and without it', async () => {
    await server.tell({ values: { taker_fee_bps: '7.5' } });
    await start();
    expect(await takerFeeBps()).toBe('7.5');
    expect(await configuredBy()).toEqual(['configuration-service']);
    await restart();
    expect(await takerFeeBps()).toBe('7.5');
    await server.tell({ status: 500 });
    await restart();
    expect(await takerFeeBps()).toBe('7.5');
    expect(await configuredBy()).toEqual(['configuration-service']);
    expect((await fetch(`${exchange!.addresses.http}/health/ready`)).status).toBe(200);
    expect(await get('/health')).toMatchObject({
      status: 'degraded',
      details: { configuration: { status: 'degraded' } },
    });
  }, 30_000);

  it('changes nothing for a value that cannot be', async () => {
    await start();
    await server.tell({ values: { taker_fee_bps: 'free', liquidity: 'endless' } });
    await new Promise((wake) => setTimeout(wake, 500));
    expect(await takerFeeBps()).toBe('20');
    expect(await configuredBy()).toEqual([undefined]);
    const metrics = await (await fetch(`${exchange!.addresses.http}/metrics`)).text();
    expect(metrics).toContain('exchange_config_values_total{outcome="refused"} 2');
  }, 30_000);

  it('gives way to the environment', async () => {
    await server.tell({ values: { taker_fee_bps: '7.5', maker_fee_bps: '1' } });
    await start({ TAKER_FEE_BPS: '30' });
    expect(await takerFeeBps()).toBe('30');
    expect(await get('/api/v1/markets/BTC-USD')).toMatchObject({ makerFeeBps: '1' });
  }, 30_000);

  it('is not named for what the environment alone has changed', async () => {
    await server.tell({ status: 500 });
    await start({ TAKER_FEE_BPS: '30' });
    expect(await takerFeeBps()).toBe('30');
    expect(await configuredBy()).toEqual([undefined]);
  }, 30_000);

  it('is not needed: the environment alone changes a fee, and a wrong one stops the start', async () => {
    await start({ CONFIG_SERVICE_URL: '', TAKER_FEE_BPS: '{"BTC-USD":"1"}' });
    expect(await takerFeeBps()).toBe('1');
    await exchange!.stop();
    exchange = undefined;
    const process = new ServerProcess({ TAKER_FEE_BPS: 'free' });
    expect(await process.exited).toBe(78);
    expect(process.output).toContain('taker_fee_bps of BTC-USD is "free": it must be a decimal');
  }, 30_000);

  it('sets the level of the log, in which each change is told', async () => {
    await server.tell({ values: { log_level: 'error' } });
    const process = new ServerProcess({ CONFIG_SERVICE_URL: server.url, CONFIG_POLL_MS: '100' });
    const { http } = await process.ready();
    const feeIs = async (fee: string, log_level: string) => {
      await server.tell({ values: { log_level, taker_fee_bps: fee } });
      await eventually(async () => {
        const market = await (await fetch(`${http}/api/v1/markets/BTC-USD`)).json();
        expect(market).toMatchObject({ takerFeeBps: fee });
      });
    };
    await feeIs('5', 'error');
    await feeIs('6', 'info');
    await feeIs('7', 'info');
    await process.printed(/taker_fee_bps is now \\?"7\\?"/);
    expect(process.output).not.toMatch(/taker_fee_bps is now \\?"5/);
    await process.kill();
  }, 30_000);

  it('does not hold up the start while the service is a black hole', async () => {
    await server.tell({ delayMs: 60_000 });
    const begun = performance.now();
    await start();
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(await takerFeeBps()).toBe('20');
  }, 30_000);
});
