import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Program } from '../../bench/program.js';
import { HeapProbe, probedArguments } from './heap-probe.js';

const custodianName = 'custodian-simulator';
/** A long history is checked from its first record on. */
const startMsMax = 120_000;

/** What the risk monitor has told of an alert. */
export interface Alert {
  readonly type: 'raised' | 'changed' | 'cleared';
  readonly kind: string;
  readonly severity: string;
  readonly subject: string;
  readonly detail: string;
  readonly latencyMs?: number;
}

/** An exchange that can be told to fail, with a custodian to settle with and a risk monitor that watches: a process each. */
export class WatchedExchange {
  private readonly directory = mkdtempSync(join(tmpdir(), 'exchange-scenario-'));
  private readonly removeDirectory = () => rmSync(this.directory, { recursive: true, force: true });
  private programs: { exchange: Program; readonly custodian: Program; readonly monitor: Program } | undefined;
  private environment: Record<string, string> = {};
  private probe: HeapProbe | undefined;
  /** Where REST is. */
  address = '';

  /** `server` is what Node runs as the exchange. */
  constructor(private readonly server: readonly string[] = [resolve('dist/main.js')]) {}

  /** Resolves when all of them serve. */
  async start(seed: number): Promise<void> {
    process.on('exit', this.removeDirectory);
    const custodian = new Program([resolve('examples/custodian/main.ts'), '--port', '0']);
    const [, custodianAddress] = await custodian.printed(/ready on (\S+)/);
    this.environment = {
      ...{ HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'warn', DATA_DIR: join(this.directory, 'data') },
      ...{ CHAOS_ENABLED: 'true', CHAOS_DURATION_MAX_SECONDS: '86400', SEED: String(seed) },
      ...{ LIQUIDITY: 'realistic', PRICE_INTERVAL_MS: '100' },
      ...{ SETTLEMENT_CUTOFF: '1s', SETTLEMENT_SILENCE_MS: '500', SETTLEMENT_RETRY_MS: '100' },
      ...{ SETTLEMENT_CUSTODIAN: custodianName, PEERS: `${custodianName}=${custodianAddress}` },
    };
    const { exchange, rest, grpc } = await this.serve();
    const monitor = new Program([resolve('examples/risk-monitor/main.ts'), '--exchange', grpc, '--port', '0']);
    await monitor.printed(/"watching"/);
    this.programs = { exchange, custodian, monitor };
    this.address = rest;
    // Whoever was told of them finds it there again after a restart.
    Object.assign(this.environment, { HTTP_PORT: portOf(rest), GRPC_PORT: portOf(grpc) });
  }

  /** Ends the exchange and starts it again on the same data and ports. Resolves to how long it took to serve again. */
  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<number> {
    this.probe?.close();
    this.probe = undefined;
    const code = await this.programs!.exchange.stop(signal);
    if (signal === 'SIGTERM' && code !== 0) {
      throw new Error(`The exchange ended with ${code}. It printed:\n${this.programs!.exchange.output}`);
    }
    const startedAt = performance.now();
    this.programs!.exchange = (await this.serve()).exchange;
    return performance.now() - startedAt;
  }

  /** Every alert that the risk monitor has told so far. */
  alerts(): Alert[] {
    const lines = this.programs?.monitor.output.split('\n').filter((line) => line.includes('"alertId"')) ?? [];
    return lines.map((line) => JSON.parse(line) as Alert);
  }

  /** What the exchange has in memory. */
  residentMegabytes(): number {
    return this.programs!.exchange.residentMegabytes();
  }

  /** What the exchange keeps on its heaps once garbage is collected. */
  async keptMegabytes(): Promise<number> {
    this.probe ??= await HeapProbe.of(this.programs!.exchange);
    return (await this.probe.keptBytes()) / 2 ** 20;
  }

  async stop(): Promise<void> {
    this.probe?.close();
    const { exchange, custodian, monitor } = this.programs ?? {};
    await Promise.all([exchange, custodian, monitor].map((program) => program?.stop()));
    this.removeDirectory();
    process.off('exit', this.removeDirectory);
  }

  private async serve(): Promise<{ exchange: Program; rest: string; grpc: string }> {
    const exchange = new Program([...probedArguments, ...this.server], this.environment);
    const addresses = /REST +(http:\/\/[0-9.:]+)[\s\S]*gRPC +([0-9.:]+)[\s\S]*Data +\S/;
    const [, rest, grpc] = await exchange.printed(addresses, startMsMax);
    return { exchange, rest: rest!, grpc: grpc! };
  }
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1);
}
