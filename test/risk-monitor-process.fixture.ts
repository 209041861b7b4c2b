import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, credentials } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { protoPath as healthProto } from 'grpc-health-check';
import type { Alert, AlertChange } from '../examples/risk-monitor/alerts.ts';
import { eventually } from './eventually.fixture.js';

const service = loadSync('examples/risk-monitor/risk_monitor.proto', { longs: Number, arrays: true })[
  'riskmonitor.v1.RiskMonitorService'
] as ServiceDefinition;

const healthService = loadSync(healthProto, { enums: String, defaults: true })[
  'grpc.health.v1.Health'
] as ServiceDefinition;

export type AlertLine = Alert & { readonly type: 'raised' | 'cleared' };

export interface AccountStanding {
  readonly accountId: string;
  readonly positions: readonly { readonly asset: string; readonly quantity: string; readonly worth?: string }[];
  readonly equity?: string;
  readonly exposure?: string;
  readonly drawdown?: string;
}

/** Limits that nothing goes beyond; a spec says where it wants them tighter. */
const generousLimits = {
  valuation: 'USD',
  warnAtPercent: 80,
  everyAccount: { exposure: '1000000000', drawdownPercent: 100 },
  accounts: {},
  pegs: [] as object[],
  settlement: { timeoutMs: 60_000, pollMs: 50 },
  connection: { silenceMs: 15_000 },
};

export type LimitsFile = Partial<typeof generousLimits>;

/** The reference risk monitor of examples/, as a process of its own. */
export class RiskMonitorProcess {
  /** What it printed of alerts, in order. */
  readonly lines: AlertLine[] = [];
  /** How often it began to watch. */
  watchCount = 0;
  private client: Client | undefined = undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    /** Is told of each line as it comes. */
    private readonly onLine: (line: AlertLine) => void,
  ) {
    createInterface(child.stdout!).on('line', (text) => this.take(JSON.parse(text)));
  }

  /** Waits until it watches the exchange: at `exchange`, or where the Redis of the environment knows one. */
  static async start(
    { exchange, limits = {} }: { exchange?: string; limits?: LimitsFile },
    environment: Record<string, string> = {},
    onLine: (line: AlertLine) => void = () => undefined,
  ): Promise<RiskMonitorProcess> {
    const directory = mkdtempSync(join(tmpdir(), 'risk-monitor-'));
    const file = join(directory, 'limits.yaml');
    // JSON is YAML too.
    writeFileSync(file, JSON.stringify({ ...generousLimits, ...limits }));
    const flags = ['--port', '0', '--limits', file, ...(exchange === undefined ? [] : ['--exchange', exchange])];
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, ['examples/risk-monitor/main.ts', ...flags], {
      env: { PATH, HOME, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const monitor = new RiskMonitorProcess(child, directory, onLine);
    await eventually(() => expect(monitor.watchCount).toBeGreaterThan(0), 30_000);
    return monitor;
  }

  raised(kind: Alert['kind'], subject?: string): AlertLine[] {
    return this.linesOf('raised', kind, subject);
  }

  cleared(kind: Alert['kind'], subject?: string): AlertLine[] {
    return this.linesOf('cleared', kind, subject);
  }

  /** How all accounts stand, or one. */
  async accounts(accountId?: string): Promise<readonly AccountStanding[]> {
    return (await this.ask<{ accounts: AccountStanding[] }>('ListAccounts', { accountId })).accounts;
  }

  async account(accountId: string): Promise<AccountStanding | undefined> {
    return (await this.accounts(accountId))[0];
  }

  /** What an account has, such as `{BTC: '0.1'}`, without what it has nothing of. */
  async positions(accountId: string): Promise<Record<string, string>> {
    const positions = (await this.account(accountId))?.positions ?? [];
    return Object.fromEntries(
      positions.filter(({ quantity }) => quantity !== '0').map(({ asset, quantity }) => [asset, quantity]),
    );
  }

  async alerts(request: { activeOnly?: boolean; limit?: number } = {}): Promise<readonly Alert[]> {
    return (await this.ask<{ alerts: Alert[] }>('ListAlerts', request)).alerts;
  }

  /** What its stream of alerts tells, until the loop over it is left. */
  async *streamed(): AsyncGenerator<AlertChange, void> {
    const { path, requestSerialize, responseDeserialize } = service.StreamAlerts as MethodDefinition<object, object>;
    const stream = this.client!.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {});
    stream.on('error', () => undefined);
    yield* stream;
  }

  /** What gRPC health says of its watching. */
  async health(): Promise<string> {
    const request = { service: 'riskmonitor.v1.RiskMonitorService' };
    return (await this.ask<{ status: string }>('Check', request, healthService)).status;
  }

  /** Ends it at once, as kill -9 does. */
  async kill(): Promise<void> {
    this.client?.close();
    rmSync(this.directory, { recursive: true, force: true });
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  private take(line: AlertLine | { type: 'ready'; address: string } | { type: 'watching' }): void {
    if (line.type === 'ready') this.client = new Client(line.address, credentials.createInsecure());
    else if (line.type === 'watching') this.watchCount += 1;
    else {
      this.lines.push(line);
      this.onLine(line);
    }
  }

  private linesOf(type: AlertLine['type'], kind: Alert['kind'], subject?: string): AlertLine[] {
    return this.lines.filter(
      (line) => line.type === type && line.kind === kind && (subject === undefined || line.subject === subject),
    );
  }

  private ask<Answer>(method: string, request: object, definition = service): Promise<Answer> {
    const { path, requestSerialize, responseDeserialize } = definition[method] as MethodDefinition<object, object>;
    return new Promise((resolve, reject) => {
      this.client!.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer) =>
        error ? reject(error) : resolve(answer as Answer),
      );
    });
  }
}
