/**
 * How long to wait after each failure: twice as long each time, up to a bound, and half of it left to chance, so
 * that many clients do not come back in the same moment.
 */
export class Backoff {
  private failures = 0;

  constructor(
    private readonly firstMs: number,
    private readonly mostMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** Counts a failure, and says how long to wait now. */
  nextMs(): number {
    const most = Math.min(this.firstMs * 2 ** this.failures, this.mostMs);
    // Beyond the bound there is nothing to count.
    if (most < this.mostMs) this.failures += 1;
    return most * (0.5 + this.random() / 2);
  }

  /** Something went well: the next failure is the first again. */
  reset(): void {
    this.failures = 0;
  }
}

/** Waits. An abort ends it with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    if (signal?.aborted) {
      failed(signal.reason);
      return;
    }
    const abort = () => {
      clearTimeout(timer);
      failed(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      done();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
