import type { Result, Row, Run, Size } from './row.js';

export interface MeasureOptions {
  readonly runs: number;
  readonly size: Size;
  /** Called before each run: how many are done of how many, and which side is next. */
  onProgress(done: number, total: number, side: string): void;
}

/**
 * Runs both sides in turn, so that whatever else the machine does falls on both, and takes the medians. The
 * first run of each warms up (compiled code, page cache) and is not counted.
 */
export async function measure(row: Row, { runs, size, onProgress }: MeasureOptions): Promise<Result> {
  const contest = await row.prepare(size);
  const [peers, ours]: [Run[], Run[]] = [[], []];
  const rounds = runs + 1;
  try {
    for (let round = 0; round < rounds; round += 1) {
      onProgress(2 * round, 2 * rounds, row.peer);
      peers.push(await contest.peer());
      onProgress(2 * round + 1, 2 * rounds, 'ours');
      ours.push(await contest.ours());
      assertSameWork(row, peers.at(-1)!, ours.at(-1)!);
    }
  } finally {
    await contest.close();
  }
  return resultOf(row, ours.slice(1), peers.slice(1));
}

function resultOf(row: Row, ours: readonly Run[], peers: readonly Run[]): Result {
  const [own, other] = [medianOf(ours, 'value')!, medianOf(peers, 'value')!];
  return {
    row,
    ours: own,
    peer: other,
    ratio: own / other,
    runs: ours.length,
    p50Ms: medianOf(ours, 'p50Ms'),
    p99Ms: medianOf(ours, 'p99Ms'),
    p999Ms: medianOf(ours, 'p999Ms'),
    peerP50Ms: medianOf(peers, 'p50Ms'),
    peerP99Ms: medianOf(peers, 'p99Ms'),
    peerP999Ms: medianOf(peers, 'p999Ms'),
    note: ours.at(-1)?.note,
    peerNote: peers.at(-1)?.note,
  };
}

function medianOf(runs: readonly Run[], figure: Exclude<keyof Run, 'note'>): number | undefined {
  const sorted = runs
    .map((run) => run[figure])
    .filter((value) => value !== undefined)
    .toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

function assertSameWork({ name, peer }: Row, peerRun: Run, ourRun: Run): void {
  if (peerRun.check === ourRun.check) return;
  throw new Error(`${name}: ${peer} came to ${peerRun.check}, ours to ${ourRun.check}: they did not do the same`);
}
