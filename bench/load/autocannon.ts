import { Program } from '../program.js';
import type { LoadGenerator, LoadOptions, LoadResult } from './load.js';

const script = new URL('./autocannon-process.js', import.meta.url).pathname;

interface Summary {
  readonly requests: { readonly total: number };
  readonly duration: number;
  readonly latency: { readonly p50: number; readonly p99: number; readonly p99_9: number };
  readonly errors: number;
  readonly timeouts: number;
  readonly non2xx: number;
}

/** autocannon, from npm: it runs wherever Node does, but takes about as much of the processor as a bare server. */
export class Autocannon implements LoadGenerator {
  readonly name = 'autocannon';

  async run(options: LoadOptions): Promise<LoadResult> {
    const program = new Program([script, JSON.stringify(options)]);
    const [, json] = await program.printed(/^JSON (.*)$/m, (options.seconds + 30) * 1_000);
    const { requests, duration, latency, errors, timeouts, non2xx } = JSON.parse(json!) as Summary;
    const failures = errors + timeouts + non2xx;
    if (failures > 0) throw new Error(`${failures} of ${requests.total} requests failed`);
    const { p50: p50Ms, p99: p99Ms, p99_9: p999Ms } = latency;
    return { requests: requests.total, perSecond: requests.total / duration, p50Ms, p99Ms, p999Ms };
  }
}
