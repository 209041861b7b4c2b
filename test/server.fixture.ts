import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** The command line that runs a module of the project, or a fixture, from the sources. */
export function sourceProgram(module: string): [string, ...string[]] {
  return [process.execPath, '--import', resolve('test/typescript-modules.js'), resolve(module)];
}

/** A real server, as a process of its own, run from the sources. */
export class ServerProcess {
  private text = '';
  private readonly child: ChildProcess;
  readonly exited: Promise<number | null>;

  /** Free ports and a journal in memory, unless the environment says otherwise. */
  constructor(environment: Record<string, string> = {}, workingDirectory = process.cwd()) {
    const [node, ...program] = sourceProgram('src/main.ts');
    const { PATH, HOME } = process.env;
    this.child = spawn(node, program, {
      cwd: workingDirectory,
      env: { PATH, HOME, HTTP_PORT: '0', GRPC_PORT: '0', STORE: 'memory', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
      });
    }
    this.exited = once(this.child, 'close').then(([code]) => code);
  }

  /** Everything that it wrote so far. */
  get output(): string {
    return this.text;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Waits until it printed its addresses; such as `http://127.0.0.1:40123` and `127.0.0.1:40124`. */
  async ready(timeoutMs = 20_000): Promise<{ http: string; grpc: string }> {
    const addresses = /REST +(https?:\/\/[0-9.:]+)[\s\S]*gRPC +([0-9.:]+)[\s\S]*Data +\S/;
    const [, http, grpc] = await this.printed(addresses, timeoutMs).catch(async (error) => {
      await this.kill();
      throw error;
    });
    return { http: http!, grpc: grpc! };
  }

  async printed(pattern: RegExp, timeoutMs = 10_000): Promise<RegExpExecArray> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this.text);
      if (match !== null) return match;
      if (this.child.exitCode !== null || Date.now() > end) throw new Error(`never printed ${pattern}:\n${this.text}`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it at once, if it still runs. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}
