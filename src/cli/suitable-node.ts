import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

/** The first version whose own SQLite is good enough for the journal. */
const nodeMajorMin = 24;
const noSuitableNode = 69;

export function isSuitable(version: string): boolean {
  return Number.parseInt(version, 10) >= nodeMajorMin;
}

/**
 * Runs a script with the Node that is installed beside the exchange (the npm package `node`), for machines
 * whose own is too old. Resolves to the exit code; where there is no other Node, it says what to do.
 */
export async function runWithSuitableNode(argv: readonly string[]): Promise<number> {
  const binary = installedNode();
  if (binary !== undefined) return runChild(binary, argv);
  process.stderr.write(
    `The Exchange Simulator needs Node ${nodeMajorMin} or later, and this is Node ${process.versions.node}.\n` +
      `Install one (https://nodejs.org), or put it beside the exchange: npm install node@${nodeMajorMin}\n`,
  );
  return noSuitableNode;
}

function installedNode(): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** To be called by what was run: a SIGKILL of the process that somebody started is meant for this one too. */
export function endWithLauncher(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel?.unref();
}

/** The child is a whole server perhaps: what stops this process has to drain it. */
function runChild(binary: string, argv: readonly string[]): Promise<number> {
  const child = spawn(binary, argv, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {
    // A terminal sends it to both already, and a second one would cut the drain short.
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
