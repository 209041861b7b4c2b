import { workerData } from 'node:worker_threads';
import { type Stretch, StretchChecker } from './stretch-checker.js';
import { serve } from './worker-service.js';

/** A thread that helps with a check. */
const checker = new StretchChecker((workerData as { path: string }).path);

serve({
  check: (stretch: Stretch) => checker.check(stretch),
  close: () => checker.close(),
});
