import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { monotonicMs } from '../../bench/fanout/monotonic-time.js';

/** An alert, and when it was there for who reads what the monitor prints. */
export interface Arrival {
  readonly sequence: number;
  readonly atMs: number;
}

/** The reference risk monitor, in a process of its own. */
export class MonitorProcess {
  readonly arrivals: Arrival[] = [];
  private readonly child: ChildProcess;
  private readonly watching: Promise<void>;
  private readonly kill = () => this.child.kill('SIGKILL');

  constructor(exchange: string, limitsFile: string) {
    const { PATH, HOME } = process.env;
    const flags = ['--exchange', exchange, '--port', '0', '--limits', limitsFile];
    this.child = spawn(process.execPath, [resolve('examples/risk-monitor/main.ts'), ...flags], {
      env: { PATH, HOME },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    process.on('exit', this.kill);
    this.watching = new Promise((isWatching, failed) => {
      this.child.once('exit', () => failed(new Error('The risk monitor ended too early.')));
      createInterface(this.child.stdout!).on('line', (line) => {
        const { type, kind, sequence } = JSON.parse(line);
        if (type === 'watching') isWatching();
        if (type === 'raised' && kind === 'EXPOSURE') this.arrivals.push({ sequence, atMs: monotonicMs() });
      });
    });
  }

  ready(): Promise<void> {
    return this.watching;
  }

  async stop(): Promise<void> {
    process.off('exit', this.kill);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}
