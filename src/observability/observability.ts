import { collectDefaultMetrics } from 'prom-client';
import type { Settings } from '../config/settings.js';
import { MetricsRegistry } from '../edge/metrics-registry.js';
import type { RequestObserver } from '../edge/request-observer.js';
import type { Venue } from '../venue/venue.js';
import { ExchangeLogger } from './exchange-logger.js';
import { JournalMetrics } from './journal-metrics.js';
import { LogLevel } from './log-level.js';
import { openLogger } from './open-logger.js';
import { RequestLog } from './request-log.js';
import { RequestMetrics } from './request-metrics.js';
import { RequestRecord } from './request-record.js';
import type { Tracing } from './tracing.js';
import { registerTradingMetrics } from './trading-metrics.js';
import { registerVenueMetrics } from './venue-metrics.js';

/** Logs, metrics and traces of one exchange. It is opened before anything else, so that the start can be told of. */
export class Observability {
  static async open(settings: Settings): Promise<Observability> {
    const pino = await openLogger(settings);
    const metrics = new MetricsRegistry();
    collectDefaultMetrics({ register: metrics });
    const tracing = await openTracing(settings);
    const observers = [RequestMetrics.ofHttp(metrics), RequestMetrics.ofGrpc(metrics), new RequestLog(pino)];
    return new Observability(
      settings,
      new ExchangeLogger(pino),
      new LogLevel(pino),
      metrics,
      tracing === undefined ? observers : [tracing, ...observers],
      tracing,
    );
  }

  private constructor(
    private readonly settings: Settings,
    readonly logger: ExchangeLogger,
    readonly logLevel: LogLevel,
    readonly metrics: MetricsRegistry,
    /** Is to be told of every request. */
    readonly requestObservers: readonly RequestObserver[],
    private readonly tracing: Tracing | undefined,
  ) {}

  /** From here on what the venue does is counted and traced. */
  watch(venue: Venue): void {
    venue.observe(new RequestRecord());
    venue.observe(new JournalMetrics(this.metrics));
    registerTradingMetrics(this.metrics, venue);
    registerVenueMetrics(this.metrics, venue, this.settings);
    if (this.tracing !== undefined) venue.observe(this.tracing);
  }

  /** Sends the last spans, and gives up on that in time. */
  async close(): Promise<void> {
    await this.tracing?.close();
  }
}

async function openTracing(settings: Settings): Promise<Tracing | undefined> {
  if (settings.otlpEndpoint === null) return undefined;
  const { Tracing } = await import('./tracing.js');
  return Tracing.open(settings.otlpEndpoint, settings);
}
