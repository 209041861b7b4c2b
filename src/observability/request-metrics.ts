import { status as grpcStatus } from '@grpc/grpc-js';
import { Counter, Histogram } from 'prom-client';
import type { MetricsRegistry } from '../edge/metrics-registry.js';
import type { RequestContext } from '../edge/request-context.js';
import type { Operation, RequestObserver } from '../edge/request-observer.js';

const durationBucketsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What is counted of one operation, found once and kept. */
interface Series {
  readonly duration: Histogram.Internal<string>;
  /** By status. */
  readonly requests: Map<number, Counter.Internal>;
}

/** Rate, errors and durations of the requests of one transport, by what was called and never by who or what for. */
export class RequestMetrics implements RequestObserver {
  private readonly series = new Map<Operation, Series>();

  /** REST: by method, template of the route, and HTTP status. */
  static ofHttp(metrics: MetricsRegistry): RequestMetrics {
    const [requests, duration] = pair(metrics, 'http', ['method', 'route'], 'status');
    return new RequestMetrics('REST', requests, duration, ({ method, target }) => [method, target], String);
  }

  /** gRPC: by service, method, and the name of the status. */
  static ofGrpc(metrics: MetricsRegistry): RequestMetrics {
    const [requests, duration] = pair(metrics, 'grpc', ['service', 'method'], 'code');
    const nameOf = (code: number): string => grpcStatus[code] ?? 'UNKNOWN';
    return new RequestMetrics('GRPC', requests, duration, ({ method, target }) => [target, method], nameOf);
  }

  private constructor(
    private readonly transport: 'REST' | 'GRPC',
    private readonly requests: Counter,
    private readonly durations: Histogram,
    private readonly labelsOf: (operation: Operation) => string[],
    private readonly nameOf: (status: number) => string,
  ) {}

  ended(_request: RequestContext, operation: Operation, status: number, durationMs: number): void {
    if (operation.transport !== this.transport) return;
    const series = this.series.get(operation) ?? this.add(operation);
    series.duration.observe(durationMs / 1000);
    (series.requests.get(status) ?? this.addStatus(series, operation, status)).inc();
  }

  private add(operation: Operation): Series {
    const series = { duration: this.durations.labels(...this.labelsOf(operation)), requests: new Map() };
    this.series.set(operation, series);
    return series;
  }

  private addStatus(series: Series, operation: Operation, status: number): Counter.Internal {
    const counter = this.requests.labels(...this.labelsOf(operation), this.nameOf(status));
    series.requests.set(status, counter);
    return counter;
  }
}

function pair(
  metrics: MetricsRegistry,
  kind: 'http' | 'grpc',
  labels: string[],
  outcome: string,
): [Counter, Histogram] {
  const words = kind === 'http' ? 'REST requests' : 'Unary gRPC calls';
  const requests = new Counter({
    name: `exchange_${kind}_requests_total`,
    help: `${words} that were answered.`,
    labelNames: [...labels, outcome],
    registers: [metrics],
  });
  const durations = new Histogram({
    name: `exchange_${kind}_request_duration_seconds`,
    help: `${words}, from their arrival to the last byte of the answer.`,
    labelNames: labels,
    buckets: durationBucketsSeconds,
    registers: [metrics],
  });
  return [requests, durations];
}
