import { readFileSync } from 'node:fs';

/** Of what `commit-times` wrote: when each sequence was durable. */
export function timesBySequence(commits: Float64Array): number[] {
  const times: number[] = [];
  let sequence = commits[0] ?? 0;
  for (let index = 0; index < commits.length; index += 2) {
    for (; sequence <= commits[index]!; sequence += 1) times[sequence] = commits[index + 1]!;
  }
  return times;
}

export function numbersIn(path: string): Float64Array {
  const bytes = readFileSync(path);
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
