import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Finding, HealthIndicator } from '../health-indicator.js';

/** Above this share of what it may have, the process is close to its end. */
const shareMax = 0.9;

/** The memory of the process: of the heap's limit, and of what the container or the machine gives. */
export class MemoryHealth implements HealthIndicator {
  readonly name = 'memory';
  readonly required = false;

  check(): Finding {
    const { used_heap_size: heapUsedBytes, heap_size_limit: heapBytesMax } = getHeapStatistics();
    const rssBytes = process.memoryUsage.rss();
    const rssBytesMax = residentBytesMax();
    const detail = { rssBytes, rssBytesMax, heapUsedBytes, heapBytesMax };
    const share = Math.max(heapUsedBytes / heapBytesMax, rssBytes / rssBytesMax);
    if (share <= shareMax) return { state: 'up', detail };
    return { state: 'degraded', detail: { message: `${Math.round(share * 100)} % of its limit`, ...detail } };
  }
}

/** What the control group allows; without one Node says 0 or a number beyond any machine. */
function residentBytesMax(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
