import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const outputCharactersMax = 100_000;
const readyTimeoutMs = 120_000;

/** How a server is started: a program with its arguments, and the settings beyond those of every run. */
export interface ServerCommand {
  readonly program: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
}

/** One run of the server, from its start to its end. */
export class ExchangeProcess {
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly startedAt = performance.now();
  private text = '';

  constructor({ program: [program, ...args], environment }: ServerCommand) {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, HTTP_PORT: '0', GRPC_PORT: '0', ...environment };
    this.child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text = (this.text + chunk).slice(-outputCharactersMax);
      });
    }
    this.exited = once(this.child, 'close').then(([code]) => code);
  }

  /** The last that it printed. */
  get output(): string {
    return this.text;
  }

  /** Resolves, when it serves, to its addresses and how long that took. Throws if it ends before. */
  async ready(): Promise<{ http: string; grpc: string; readyMs: number }> {
    for (;;) {
      const found = /REST +(http:\/\/[0-9.:]+)[\s\S]*gRPC +([0-9.:]+)[\s\S]*Data +\S/.exec(this.text);
      const [, http, grpc] = found ?? [];
      if (http !== undefined && grpc !== undefined) return { http, grpc, readyMs: performance.now() - this.startedAt };
      const { exitCode, signalCode } = this.child;
      const end = exitCode ?? signalCode;
      if (end !== null) throw new Error(`the server ended with ${end} before it was ready:\n${this.text}`);
      if (performance.now() - this.startedAt > readyTimeoutMs) {
        throw new Error(`the server was not ready after ${readyTimeoutMs} ms:\n${this.text}`);
      }
      await new Promise((wake) => setTimeout(wake, 5));
    }
  }

  /** How much memory it occupies. */
  residentBytes(): number {
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  }

  /** Asks it to end; gives its exit code and how long it took. */
  async stop(): Promise<{ exitCode: number | null; stopMs: number }> {
    const askedAt = performance.now();
    this.child.kill('SIGTERM');
    const exitCode = await this.exited;
    return { exitCode, stopMs: performance.now() - askedAt };
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}
