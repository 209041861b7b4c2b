import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReaderReport, ReaderTask } from './reader-program.js';

const program = fileURLToPath(new URL(`./reader-program${extname(import.meta.url)}`, import.meta.url));

/** A reader as a process of its own, so that it can be stopped as a whole. */
export class ReaderProcess {
  private readonly child: ChildProcess;

  constructor(task: ReaderTask) {
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    this.child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: [...stdio], env: {} });
  }

  /** Not a cycle of it runs until it goes on. */
  stop(): void {
    this.child.kill('SIGSTOP');
  }

  goOn(): void {
    this.child.kill('SIGCONT');
  }

  async report(): Promise<ReaderReport> {
    const answer = once(this.child, 'message');
    this.child.send('report');
    const [report] = await answer;
    return report as ReaderReport;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await ended;
  }
}
