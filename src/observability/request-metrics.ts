import { status as grpcStatus } from '@grpc/grpc-js';
import { Counter } from 'prom-client';
import type { MetricsRegistry } from '../edge/metrics-registry.js';
import type { RequestContext } from '../edge/request-context.js';
import type { Operation, RequestObserver } from '../edge/request-observer.js';
import { type Labels, type Observations, PlainHistogram } from './plain-histogram.js';

const durationBucketsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What is counted of one operation, found once and kept. */
interface Series {
  readonly labels: Labels;
  readonly durations: Observations;
  /** By status. */
  readonly answers: Map<number, Answers>;
}

interface Answers {
  readonly labels: Labels;
  count: number;
}

/**
 * Rate, errors and durations of the requests of one transport, by what was called and never by who or what for.
 * Plain numbers, since each request passes here; what is shown of them is made when somebody looks.
 */
export class RequestMetrics implements RequestObserver {
  private readonly series = new Map<Operation, Series>();
  private readonly answers: Answers[] = [];
  private readonly durations: PlainHistogram;

  /** REST: by method, template of the route, and HTTP status. */
  static ofHttp(metrics: MetricsRegistry): RequestMetrics {
    const labelsOf = ({ method, target }: Operation) => ({ method, route: target });
    const statusOf = (status: number) => ({ status: String(status) });
    return new RequestMetrics('REST', 'http', 'REST requests', metrics, labelsOf, statusOf);
  }

  /** gRPC: by service, method, and the name of the status. */
  static ofGrpc(metrics: MetricsRegistry): RequestMetrics {
    const labelsOf = ({ method, target }: Operation) => ({ service: target, method });
    const statusOf = (code: number) => ({ code: grpcStatus[code] ?? 'UNKNOWN' });
    return new RequestMetrics('GRPC', 'grpc', 'Unary gRPC calls', metrics, labelsOf, statusOf);
  }

  private constructor(
    private readonly transport: 'REST' | 'GRPC',
    kind: 'http' | 'grpc',
    words: string,
    metrics: MetricsRegistry,
    private readonly labelsOf: (operation: Operation) => Labels,
    private readonly statusOf: (status: number) => Labels,
  ) {
    const { answers } = this;
    new Counter({
      name: `exchange_${kind}_requests_total`,
      help: `${words} that were answered.`,
      labelNames: Object.keys({ ...labelsOf({ transport, method: '', target: '' }), ...statusOf(0) }),
      registers: [metrics],
      collect() {
        this.reset();
        for (const { labels, count } of answers) this.inc(labels, count);
      },
    });
    const help = `${words}, from their arrival to the last byte of the answer.`;
    const name = `exchange_${kind}_request_duration_seconds`;
    this.durations = new PlainHistogram(name, help, durationBucketsSeconds, metrics);
  }

  ended(_request: RequestContext, operation: Operation, status: number, durationMs: number): void {
    if (operation.transport !== this.transport) return;
    const { durations, answers, labels } = this.series.get(operation) ?? this.add(operation);
    durations.add(durationMs / 1000);
    (answers.get(status) ?? this.addStatus(answers, status, labels)).count += 1;
  }

  private add(operation: Operation): Series {
    const labels = this.labelsOf(operation);
    const series = { labels, durations: this.durations.with(labels), answers: new Map() };
    this.series.set(operation, series);
    return series;
  }

  private addStatus(known: Map<number, Answers>, status: number, labels: Labels): Answers {
    const answers = { labels: { ...labels, ...this.statusOf(status) }, count: 0 };
    known.set(status, answers);
    this.answers.push(answers);
    return answers;
  }
}
