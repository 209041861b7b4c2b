import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

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

function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as NodeJS.GCFunction;
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
