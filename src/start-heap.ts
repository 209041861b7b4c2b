import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * While modules load, V8 would let the young generation grow to its maximum, and would keep it. Called
 * before they do, this keeps some 25 MB from being resident for nothing (docs/performance.md).
 */
export function holdHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets go of what only the start needed, some 10 MB, and lets the heap grow with the load from here on. */
export function releaseStartHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
