import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-port.fixture.js';

/**
 * `describe` for specs that need a real Redis. Without `redis-server` on the PATH they are skipped with a
 * line that says what to install; where CI is set that is a failure instead.
 */
export const describeWithRedis = redisIsInstalled() ? describe : missing;

function redisIsInstalled(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function missing(name: string, _define: () => void): void {
  const advice = 'redis-server is not on the PATH: apt-get install redis-server';
  if (process.env.CI) {
    it(name, () => {
      throw new Error(advice);
    });
    return;
  }
  process.stderr.write(`skipped: ${name}: ${advice}\n`);
  describe.skip(name, () => {
    it(advice, () => {});
  });
}

const portsTriedMax = 5;

class PortTaken extends Error {}

/** A Redis of its own, as a process on a free port; it keeps nothing. */
export class RedisServer {
  private child?: ChildProcess;
  /** For looking into it and putting things there. */
  readonly client: Redis;

  private constructor(readonly port: number) {
    this.client = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => 50 });
    this.client.on('error', () => {});
  }

  /** Between finding a free port and listening on it another process may take it: then it ends, and another port is tried. */
  static async start(): Promise<RedisServer> {
    for (let attempt = 1; ; attempt += 1) {
      const server = new RedisServer(await freePort());
      try {
        await server.start();
        return server;
      } catch (error) {
        if (!(error instanceof PortTaken) || attempt === portsTriedMax) throw error;
        server.client.disconnect();
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it (again), on the same port, with nothing in it. */
  async start(): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), 'redis-'));
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', directory];
    this.child = spawn('redis-server', options, { stdio: 'ignore' });
    if (this.client.status === 'wait') await this.client.connect().catch(() => {});
    const end = Date.now() + 10_000;
    while ((await this.client.ping().catch(() => '')) !== 'PONG') {
      if (this.child.exitCode !== null) throw new PortTaken(`redis-server ended: is port ${this.port} taken?`);
      if (Date.now() > end) throw new Error('redis-server did not start');
      await pause(20);
    }
  }

  /** Ends it at once; what was in it is gone. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** It keeps its connections and answers nothing. */
  freeze(): void {
    this.child!.kill('SIGSTOP');
  }

  thaw(): void {
    this.child!.kill('SIGCONT');
  }

  async flush(): Promise<void> {
    await this.client.flushall();
  }

  /** Ends it and this connection to it. */
  async close(): Promise<void> {
    this.client.disconnect();
    await this.stop();
  }
}
