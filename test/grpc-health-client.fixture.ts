import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** What the client was told about a service: a status, or how the call ended. */
export interface HealthLine {
  readonly service: string;
  readonly status?: string;
  readonly ended?: string;
  readonly details?: string;
}

/** A Python that has gRPC; Debian's own is looked for too, because another one may come before it on the path. */
export const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import grpc']).status === 0,
);

const waitMsMax = 15_000;

/** A health client that shares no code with the server: Python, on gRPC's C library. */
export class PythonHealthClient {
  readonly lines: HealthLine[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private rest = '';
  private complaints = '';

  constructor(address: string, action: 'check' | 'watch', services: readonly string[]) {
    const script = resolve('test/grpc-health-client.py');
    this.child = spawn(python!, [script, address, action, ...services], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.child, 'close');
    this.child.stdout!.setEncoding('utf8').on('data', (chunk: string) => this.take(chunk));
    this.child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
      this.complaints += chunk;
    });
  }

  /** Asks each service once. */
  static async check(address: string, services: readonly string[]): Promise<HealthLine[]> {
    const client = new PythonHealthClient(address, 'check', services);
    await client.ended;
    if (client.complaints !== '') throw new Error(client.complaints);
    return services.map((service) => client.lines.find((line) => line.service === service)!);
  }

  /** What it was told of one service so far, in a word each. */
  told(service: string): (string | undefined)[] {
    return this.lines.filter((line) => line.service === service).map(({ status, ended }) => status ?? ended);
  }

  /** Waits until it was told so many things of each service. */
  async until(services: readonly string[], count: number): Promise<void> {
    const end = Date.now() + waitMsMax;
    while (services.some((service) => this.told(service).length < count)) {
      if (Date.now() > end) throw new Error(`only this was told: ${JSON.stringify(this.lines)} ${this.complaints}`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private take(chunk: string): void {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop()!;
    this.lines.push(...lines.map((line) => JSON.parse(line) as HealthLine));
  }
}
