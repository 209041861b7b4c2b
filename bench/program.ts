import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

const outputCharactersMax = 100_000;
const stopTimeoutMs = 10_000;

/** A program in a process of its own: what it prints is kept, and it does not outlive who started it. */
export class Program {
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;
  private readonly kill = () => this.child.kill('SIGKILL');
  private text = '';

  /** `argv` is what Node runs, beginning with the path of a script. */
  constructor(argv: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const { PATH, HOME } = process.env;
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    this.child = spawn(process.execPath, argv, { env: { PATH, HOME, ...environment }, stdio: [...stdio] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text = (this.text + chunk).slice(-outputCharactersMax);
      });
    }
    this.exited = once(this.child, 'close').then(([code]) => code as number | null);
    process.on('exit', this.kill);
    this.child.once('close', () => process.off('exit', this.kill));
  }

  /** The last that it printed. */
  get output(): string {
    return this.text;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until it printed what matches. Throws, with all that it printed, if it ends before or takes too long. */
  async printed(pattern: RegExp, timeoutMs = 30_000): Promise<RegExpExecArray> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this.text);
      if (match !== null) return match;
      if (!this.isRunning) {
        throw new Error(`The program ended too early. It printed:\n${this.text}`);
      }
      if (performance.now() > end) throw new Error(`Nothing like ${pattern} after ${timeoutMs} ms, but:\n${this.text}`);
      await pause(2);
    }
  }

  /** What the process has in memory, as the operating system counts it. */
  residentMegabytes(): number {
    const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(this.child.pid)], { encoding: 'utf8' });
    return Number(kilobytes) / 1024;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Asks it to end, and ends it if it takes too long. Resolves to its exit code, or to null if a signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const killed = setTimeout(this.kill, stopTimeoutMs);
    this.child.kill(signal);
    const code = await this.exited;
    clearTimeout(killed);
    return code;
  }
}
