import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Command } from 'commander';
import { linesOf, wholeNumber } from './command-line.js';
import type { Finding, SeedOptions } from './simulate/examination.js';

const program = new Command('simulate')
  .description(
    'Runs the exchange on a simulated clock, disk and network, with everything that can go wrong, and checks after ' +
      'each step that it keeps its promises. A seed repeats its run exactly.',
  )
  .option('--seeds <count>', 'how many seeds are run', wholeNumber, 1_000)
  .option('--seed <number>', 'the first of them', wholeNumber, 1)
  .option('--whole', 'print what happened in a seed that fails as it is, and do not look for less that fails too')
  .option('--history', 'print what happened, also where all is well')
  .parse();

interface Options {
  readonly seeds: number;
  readonly seed: number;
  readonly whole?: true;
  readonly history?: true;
}

const { seeds, seed: first, whole = false, history } = program.opts<Options>();
/** Memory, where there is such a folder: what the disk does is simulated anyway. */
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'exchange-simulation-'));
const findings: Finding[] = [];
const failures = () => findings.filter(({ failure }) => failure !== undefined).sort((a, b) => a.seed - b.seed);
let next = first;

const begunMs = performance.now();
try {
  await Promise.all(Array.from({ length: Math.min(seeds, availableParallelism()) }, (_, lane) => runLane(lane)));
} finally {
  rmSync(folder, { recursive: true });
}
const minutes = (performance.now() - begunMs) / 60_000;
if (history) for (const finding of findings) process.stdout.write(`${finding.history.join('\n')}\n`);
process.stdout.write(
  linesOf([
    ['seeds', findings.length],
    ['journal records', sumOf(({ records }) => records)],
    ['answers checked', sumOf(({ acknowledged }) => acknowledged)],
    ['crashes and restarts', sumOf(({ restarts }) => restarts)],
    ['faults injected', sumOf(({ injected }) => injected)],
    ['strikes of faults', sumOf(({ struck }) => struck)],
    ['gaps noticed by readers', sumOf(({ noticed }) => noticed)],
    ['seeds per minute', Math.round(findings.length / minutes)],
    ...(seeds === 1 ? [['hash of the last record', findings[0]!.headHash] as const] : []),
  ]),
);
// Seeds are begun in their order, so the first that fails is the same every time.
const [failed] = failures();
if (failed !== undefined) {
  process.exitCode = 1;
  process.stderr.write(failed.failure!);
}

/** Takes seed after seed, until there are no more, or one has failed. */
async function runLane(lane: number): Promise<void> {
  const workerData: SeedOptions = { folder: join(folder, String(lane)), whole };
  const worker = new Worker(new URL('./simulate/seed-worker.js', import.meta.url), { workerData });
  while (next < first + seeds && failures().length === 0) {
    worker.postMessage(next);
    next += 1;
    const [finding] = (await once(worker, 'message')) as [Finding];
    findings.push(finding);
  }
  await worker.terminate();
}

function sumOf(count: (finding: Finding) => number): number {
  return findings.reduce((sum, finding) => sum + count(finding), 0);
}
