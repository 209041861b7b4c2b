import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { sourceProgram } from './server.fixture.js';

export interface SeenRequest {
  readonly key: string;
  readonly serviceName?: string;
  readonly conditional: boolean;
  readonly status: number;
}

/** Drives a configuration service that is a process of its own. */
export class ConfigurationServer {
  private child?: ChildProcess;
  private port = 0;

  static async start(): Promise<ConfigurationServer> {
    const server = new ConfigurationServer();
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it (again), on the port that it had; it holds nothing until it is told. */
  async start(): Promise<void> {
    const { PATH, HOME } = process.env;
    const [node, ...program] = sourceProgram('test/configuration-process.fixture.ts');
    const child = spawn(node!, program, {
      env: { PATH, HOME, PORT: String(this.port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    while (!text.includes('\n')) await once(child.stdout, 'data');
    this.port = Number(/listening on (\d+)/.exec(text)![1]);
  }

  /** Changes what it holds or how it behaves, and forgets what it was asked. */
  async tell(behaviour: {
    values?: Record<string, unknown>;
    bodies?: Record<string, unknown>;
    status?: number;
    delayMs?: number;
    etags?: boolean;
  }): Promise<void> {
    await fetch(`${this.url}/control`, { method: 'PUT', body: JSON.stringify(behaviour) });
  }

  /** What it was asked since it was last told anything. */
  async seen(): Promise<readonly SeenRequest[]> {
    return (await fetch(`${this.url}/control`)).json() as Promise<SeenRequest[]>;
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
