import { Session } from 'node:inspector';

const idleCheckMs = 2_000;
/** Commands between two checks above which the exchange is at work: prices alone are far fewer. */
const idleCommandsMax = 200;
/** So many checks in a row find nothing to do before the heap is collected: half a minute. */
const idleChecks = 15;

/**
 * Gives back what a burst of work has left behind. V8 by itself keeps a young generation that has grown,
 * and garbage that was promoted, until more work comes: hundreds of megabytes after some minutes of load.
 * Only after a while, for it takes compiled code along: a load that pauses for seconds comes back as fast as it was.
 */
export function collectWhenIdle(commands: () => number): void {
  let seen = commands();
  /**
   * Checks without work since there was some; none to come once the heap is collected. It begins with one to come,
   * which lets go of what only the start needed, some 10 MB: a start that did so itself would take a tenth longer.
   */
  let rested = idleChecks - 1;
  setInterval(() => {
    const now = commands();
    const worked = now - seen > idleCommandsMax;
    seen = now;
    if (worked) rested = 0;
    else if (rested < idleChecks && ++rested === idleChecks) collect();
  }, idleCheckMs).unref();
}

/**
 * As developer tools do it. V8's own `gc` would be had by making it visible in a context of its own; but a second
 * context leaves the young generation at half its size for good, and an order then takes a quarter more of the processor.
 */
function collect(): void {
  const session = new Session();
  session.connect();
  // V8 answers in the middle of the collection, and cannot be left there.
  session.post('HeapProfiler.collectGarbage', () => setImmediate(() => session.disconnect()));
}
