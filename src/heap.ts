import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const idleCheckMs = 2_000;
/** Commands between two checks above which the exchange is at work: prices alone are far fewer. */
const idleCommandsMax = 200;

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
  collect();
}

/**
 * Gives back what a burst of work has left behind. V8 by itself keeps a young generation that has grown,
 * and garbage that was promoted, until more work comes: hundreds of megabytes after some minutes of load.
 */
export function collectWhenIdle(commands: () => number): void {
  let seen = commands();
  let worked = false;
  setInterval(() => {
    const now = commands();
    const idle = now - seen <= idleCommandsMax;
    seen = now;
    if (idle && worked) collect();
    worked = !idle;
  }, idleCheckMs).unref();
}

function collect(): void {
  const gc = runInNewContext('gc') as NodeJS.GCFunction;
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
