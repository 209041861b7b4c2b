import { Counter, Gauge } from 'prom-client';
import type { MetricsRegistry } from './metrics-registry.js';
import type { StreamEnd } from './stream.js';

/** Why a stream ended: the exchange ended it, or its reader did, with its connection or at its deadline. */
export type GrpcStreamEnd = StreamEnd | 'READER';

const reasons: readonly GrpcStreamEnd[] = ['READER', 'SLOW_CONSUMER', 'SHUTTING_DOWN', 'ACCESS_REVOKED', 'INTERNAL'];

/** What is told of streams over gRPC, all methods together. */
export class GrpcStreamMetrics {
  private readonly streams: Gauge;
  private readonly ends: Counter;

  constructor(metrics: MetricsRegistry) {
    const registers = [metrics];
    this.streams = new Gauge({ name: 'exchange_grpc_streams', help: 'Streams over gRPC that are open.', registers });
    this.ends = new Counter({
      ...{ name: 'exchange_grpc_stream_ends_total', help: 'Streams over gRPC that ended, by who ended them and why.' },
      ...{ labelNames: ['reason'], registers },
    });
    for (const reason of reasons) this.ends.labels(reason).inc(0);
  }

  opened(): void {
    this.streams.inc();
  }

  ended(reason: GrpcStreamEnd): void {
    this.streams.dec();
    this.ends.labels(reason).inc();
  }
}
