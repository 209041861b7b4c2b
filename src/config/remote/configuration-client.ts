import { performance } from 'node:perf_hooks';
import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
} from 'cockatiel';
import { LRUCache } from 'lru-cache';
import type { Form } from '../setting.js';
import { ConfigurationService, type ConfigurationServiceOptions } from './configuration-service.js';
import { faultOf } from './value-forms.js';

export interface ConfigurationClientOptions extends ConfigurationServiceOptions {
  readonly cacheTtlMs: number;
  readonly cacheEntriesMax: number;
}

/** What is known of a key. What cannot be had is a value too: nothing here rejects. */
export type Reading<Value> =
  | {
      readonly kind: 'value';
      readonly value: Value;
      /** When the service last said so. */
      readonly ageMs: number;
      /** The service could not be asked again, though it should have been. */
      readonly stale: boolean;
      /** When it was changed, as the service has it. */
      readonly updatedAt: string | null;
    }
  | { readonly kind: 'absent'; readonly ageMs: number; readonly stale: boolean }
  | { readonly kind: 'wrong'; readonly fault: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface ConfigurationMetrics {
  /** Reads that were answered from the cache, from the service, and from the cache because the service did not answer. */
  readonly hits: number;
  readonly misses: number;
  readonly staleReads: number;
  /** Requests to the service: all, those that it answered with "unchanged", and those that failed. */
  readonly requests: number;
  readonly unchanged: number;
  readonly failures: number;
  readonly entries: number;
  /** The age of the value that was confirmed longest ago; `null` while there is none. */
  readonly oldestAgeMs: number | null;
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Of the last request that was answered. */
  readonly latencyMs: number | null;
}

/** What the cache keeps of a key: its text, or that the service has none (`undefined`) or an inexact one (`null`). */
interface Held {
  readonly text: string | null | undefined;
  readonly updatedAt: string | null;
  readonly etag: string | null;
  readonly confirmedAt: number;
}

const failuresToOpen = 5;
const probeAfterMs = { initialDelay: 500, maxDelay: 10_000 };

/**
 * Typed values of the configuration service, cached. Readers of one key share one request; while the service
 * is down they get what it last said, marked as stale, and a breaker keeps them from waiting for it.
 */
export class ConfigurationClient {
  private readonly service: ConfigurationService;
  private readonly breaker: CircuitBreakerPolicy;
  private readonly cache: LRUCache<string, Held>;
  private readonly counts = { hits: 0, misses: 0, staleReads: 0, requests: 0, unchanged: 0, failures: 0 };
  private latencyMs: number | null = null;
  /** Why the last request that failed did, in a few words. */
  lastFailure = 'it was not asked';

  constructor(private readonly options: ConfigurationClientOptions) {
    this.service = new ConfigurationService(options);
    this.breaker = circuitBreaker(handleAll, {
      breaker: new ConsecutiveBreaker(failuresToOpen),
      halfOpenAfter: new ExponentialBackoff(probeAfterMs),
    });
    this.cache = new LRUCache({
      max: options.cacheEntriesMax,
      ttl: options.cacheTtlMs,
      allowStaleOnFetchRejection: true,
      noDeleteOnFetchRejection: true,
      fetchMethod: (key, held) => this.breaker.execute(() => this.request(key, held)),
    });
  }

  /** The value of a key, from the cache if it is young enough. */
  read<Value>(key: string, form: Form<Value>): Promise<Reading<Value>> {
    return this.reading(key, form, false);
  }

  /** The value of a key, confirmed by the service if that answers. */
  refresh<Value>(key: string, form: Form<Value>): Promise<Reading<Value>> {
    return this.reading(key, form, true);
  }

  metrics(): ConfigurationMetrics {
    const now = performance.now();
    const ages = [...this.cache.values()].map(({ confirmedAt }) => now - confirmedAt);
    return {
      ...this.counts,
      entries: this.cache.size,
      oldestAgeMs: this.cache.size === 0 ? null : Math.round(Math.max(...ages)),
      breaker: breakerWords[this.breaker.state],
      latencyMs: this.latencyMs,
    };
  }

  private async reading<Value>(key: string, form: Form<Value>, forceRefresh: boolean): Promise<Reading<Value>> {
    const start = performance.now();
    const status: LRUCache.Status<string, Held> = {};
    // It gives nothing where the request failed and there is nothing from before, or was given up for newer keys.
    const held = await this.cache.fetch(key, { forceRefresh, status }).catch(() => undefined);
    if (held === undefined) {
      this.counts.misses += 1;
      return { kind: 'unavailable', reason: this.lastFailure };
    }
    const ageMs = performance.now() - held.confirmedAt;
    const stale = forceRefresh ? held.confirmedAt < start : ageMs > this.options.cacheTtlMs;
    this.count(status.fetch === 'hit', stale);
    return readingOf(key, held, form, { ageMs: Math.round(ageMs), stale });
  }

  private async request(key: string, held: Held | undefined): Promise<Held> {
    const start = performance.now();
    this.counts.requests += 1;
    try {
      const answer = await this.service.get(key, held?.etag ?? null);
      const confirmedAt = performance.now();
      this.latencyMs = confirmedAt - start;
      if (answer.kind === 'unchanged') {
        this.counts.unchanged += 1;
        return { ...held!, confirmedAt };
      }
      if (answer.kind === 'entry') return { ...answer, confirmedAt };
      return { text: answer.kind === 'absent' ? undefined : null, updatedAt: null, etag: null, confirmedAt };
    } catch (error) {
      this.counts.failures += 1;
      this.lastFailure = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  private count(hit: boolean, stale: boolean): void {
    if (stale) this.counts.staleReads += 1;
    else if (hit) this.counts.hits += 1;
    else this.counts.misses += 1;
  }
}

const breakerWords = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
} as const;

function readingOf<Value>(
  key: string,
  { text, updatedAt }: Held,
  form: Form<Value>,
  age: { ageMs: number; stale: boolean },
): Reading<Value> {
  if (text === undefined) return { kind: 'absent', ...age };
  if (text === null) {
    return {
      kind: 'wrong',
      fault: `${key} is a number with a fraction or beyond 2^53: write it in quotes, so that it is exact`,
    };
  }
  const value = form.read(text);
  if (value === undefined) return { kind: 'wrong', fault: faultOf(key, text, form.allowed) };
  return { kind: 'value', value, updatedAt, ...age };
}
