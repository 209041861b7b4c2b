import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CustodianProcess } from '../custodian-process.fixture.js';
import { eventually } from '../eventually.fixture.js';
import type { Answer } from '../exchange-driver.fixture.js';
import { freePort } from '../free-port.fixture.js';
import { RedisServer } from '../redis.fixture.js';
import { type LimitsFile, RiskMonitorProcess } from '../risk-monitor-process.fixture.js';
import { SettlingExchange } from '../settling-exchange.fixture.js';
import { TradingEngine } from './trading-engine-driver.fixture.js';

export interface CastOptions {
  /** Of the exchange. */
  readonly environment?: Record<string, string>;
  /** Of the risk monitor. */
  readonly limits?: LimitsFile;
}

/**
 * Everybody who takes part in a scenario, each a process of its own: a Redis that they find one another in, a
 * custodian, an exchange that settles there and that can be made to fail, a risk monitor, and a trading engine.
 */
export class Cast {
  readonly custodian!: CustodianProcess;
  readonly exchange!: SettlingExchange;
  readonly monitor!: RiskMonitorProcess;
  readonly engine!: TradingEngine;
  private readonly directory = mkdtempSync(join(tmpdir(), 'scenario-'));
  private readonly started: { kill(): Promise<void> }[] = [];

  private constructor(private readonly redis: RedisServer) {}

  /** The exchange keeps its address over a restart, so that its clients find it again; cycles are closed when it is told to. */
  static async start(options: CastOptions = {}): Promise<Cast> {
    const cast = new Cast(await RedisServer.start());
    try {
      await cast.assemble(options);
      return cast;
    } catch (error) {
      await cast.end();
      throw error;
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.started.map((process) => process.kill()));
    await this.redis.close();
    rmSync(this.directory, { recursive: true });
  }

  private async assemble({ environment, limits }: CastOptions): Promise<void> {
    const [found, port] = [{ REDIS_URL: this.redis.url }, await freePort()];
    const custodian = this.enter(CustodianProcess.start({ store: join(this.directory, 'custody') }, found));
    const exchange = this.enter(
      SettlingExchange.start({
        ...{ STORE: 'disk', DATA_DIR: join(this.directory, 'data'), HTTP_PORT: `${port}`, ...found },
        ...{ SETTLEMENT_CUSTODIAN: 'custodian-simulator', SETTLEMENT_CUTOFF: '24h', REGISTRY_HEARTBEAT_MS: '1000' },
        ...{ CHAOS_ENABLED: 'true', ...environment },
      }),
    );
    const monitor = this.enter(RiskMonitorProcess.start({ limits }, found));
    const engine = this.enter(TradingEngine.start(`http://127.0.0.1:${port}`));
    Object.assign(this, {
      custodian: await custodian,
      exchange: await exchange,
      monitor: await monitor,
      engine: await engine,
    });
  }

  /** Whoever was started is ended with the others, whatever becomes of them. */
  private async enter<Process extends { kill(): Promise<void> }>(starting: Promise<Process>): Promise<Process> {
    const process = await starting;
    this.started.push(process);
    return process;
  }

  /** Has the exchange fail, until the fault is cleared; gives the fault's id. */
  async inject(fault: object): Promise<string> {
    const { faultId } = await this.exchange.post('/audit/v1/faults', { untilCleared: true, ...fault });
    return faultId;
  }

  clearFaults(): Promise<Answer> {
    return this.exchange.delete('/audit/v1/faults');
  }

  /** What an account has by the exchange's own word, without what it has nothing of. */
  async balances(accountId: string): Promise<Record<string, string>> {
    const { balances } = await this.exchange.get(`/api/v1/accounts/${accountId}/balances`);
    const held = balances.filter(({ total }: Answer) => total !== '0');
    return Object.fromEntries(held.map(({ asset, total }: Answer) => [asset, total]));
  }

  /** Until the risk monitor and the trading engine say of an account what the exchange says. */
  async everybodyAgrees(accountId: string): Promise<void> {
    await eventually(async () => {
      const balances = await this.balances(accountId);
      expect(await this.monitor.positions(accountId)).toEqual(balances);
      expect((await this.engine.booksOf(accountId)).balances).toMatchObject(balances);
    }, 30_000);
  }

  /** Until every instruction is settled; nothing differs between trades, ledger, instructions and custodian. */
  async everythingReconciles(): Promise<void> {
    await this.exchange.everythingSettled();
    expect(await this.exchange.reconcile()).toMatchObject({ ok: true, breaks: [] });
    expect(await this.exchange.get('/audit/v1/verify')).toMatchObject({ ok: true });
  }

  /** The whole chain of an order. */
  explain(orderId: string): Promise<Answer> {
    return this.exchange.get(`/audit/v1/orders/${orderId}/explain`);
  }

  /** Those of what an account traded. */
  async instructionsOf(accountId: string): Promise<Answer[]> {
    const { items } = await this.exchange.get(`/api/v1/settlements?accountId=${accountId}`);
    return items.filter(({ kind }: Answer) => kind === 'TRADE_NET');
  }
}
