import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { MetricsRegistry } from '../../edge/metrics-registry.js';
import type { StreamPath } from './channel.js';
import { closeCodes } from './close-code.js';

/** Codes that clients close with; any other of theirs counts as `other`, so that they cannot make labels without number. */
const clientCodes = [1000, 1001, 1002, 1005, 1006];
const knownCodes = new Set<number>([...clientCodes, ...Object.values(closeCodes)]);

/** What is told of WebSockets: by path and channel, and never by who reads. */
@Injectable()
export class StreamMetrics {
  private readonly connections: Gauge;
  private readonly subscriptions: Gauge;
  private readonly messages: Counter;
  private readonly closes: Counter;
  private readonly paths: Readonly<Record<StreamPath, PathMetrics>>;

  constructor(metrics: MetricsRegistry) {
    const registers = [metrics];
    this.connections = new Gauge({
      ...{ name: 'exchange_stream_connections', help: 'WebSocket connections that are open.' },
      ...{ labelNames: ['path'], registers },
    });
    this.subscriptions = new Gauge({
      ...{ name: 'exchange_stream_subscriptions', help: 'Subscriptions of WebSocket connections.' },
      ...{ labelNames: ['path', 'channel'], registers },
    });
    this.messages = new Counter({
      ...{ name: 'exchange_stream_messages_total', help: 'Messages to WebSocket connections.' },
      ...{ labelNames: ['path'], registers },
    });
    this.closes = new Counter({
      ...{ name: 'exchange_stream_closes_total', help: 'WebSocket connections that ended, by close code.' },
      ...{ labelNames: ['path', 'code'], registers },
    });
    this.paths = {
      market: this.metricsOf('market'),
      account: this.metricsOf('account'),
      audit: this.metricsOf('audit'),
    };
  }

  ofPath(path: StreamPath): PathMetrics {
    return this.paths[path];
  }

  private metricsOf(path: StreamPath): PathMetrics {
    return new PathMetrics(
      this.connections.labels(path),
      this.messages.labels(path),
      (channel, change) => this.subscriptions.labels(path, channel).inc(change),
      (code) => this.closes.labels(path, code),
    );
  }
}

export class PathMetrics {
  constructor(
    private readonly connections: Gauge.Internal<string>,
    private readonly messages: Counter.Internal,
    private readonly countSubscriptionsOf: (channel: string, change: number) => void,
    private readonly closesWith: (code: string) => Counter.Internal,
  ) {
    connections.set(0);
    // What nobody has seen yet is told as 0, so that the first one is seen to have come.
    closesWith(String(closeCodes.slowConsumer)).inc(0);
  }

  opened(): void {
    this.connections.inc();
  }

  closing(code: number): void {
    this.closesWith(knownCodes.has(code) ? String(code) : 'other').inc();
  }

  closed(): void {
    this.connections.dec();
  }

  subscribed(channel: string, change: number): void {
    this.countSubscriptionsOf(channel, change);
  }

  sent(): void {
    this.messages.inc();
  }
}
