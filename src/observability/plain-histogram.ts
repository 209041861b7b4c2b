import type { Histogram } from 'prom-client';
import type { MetricsRegistry } from '../edge/metrics-registry.js';

export type Labels = Readonly<Record<string, string>>;

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** What was observed under one combination of labels. */
export class Observations {
  private readonly counts: number[];
  private count = 0;
  private sum = 0;

  constructor(
    private readonly labels: Labels,
    private readonly bounds: readonly number[],
  ) {
    this.counts = bounds.map(() => 0);
  }

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    for (let at = 0; at < this.bounds.length; at += 1) {
      if (value > this.bounds[at]!) continue;
      this.counts[at]! += 1;
      return;
    }
  }

  /** A bucket counts those before it as well. */
  shown(name: string): Value[] {
    const { labels } = this;
    let below = 0;
    const buckets = this.bounds.map((le, at) => {
      below += this.counts[at]!;
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: this.count },
      { metricName: `${name}_sum`, labels, value: this.sum },
      { metricName: `${name}_count`, labels, value: this.count },
    ];
  }
}

/**
 * What a registry shows like prom-client's own histogram. That one makes a text of the labels with each observation,
 * to look up what it counts in. Each request and each batch is observed, so here that is held on to, and numbers are
 * added up.
 */
export class PlainHistogram {
  private readonly series: Observations[] = [];

  constructor(
    readonly name: string,
    private readonly help: string,
    private readonly bounds: readonly number[],
    metrics: MetricsRegistry,
  ) {
    // Of a metric a registry asks its name, and what it shows.
    metrics.registerMetric(this as unknown as Histogram);
  }

  /** Shows another combination of labels from here on; without labels there is only one. */
  with(labels: Labels = {}): Observations {
    const series = new Observations(labels, this.bounds);
    this.series.push(series);
    return series;
  }

  async get(): Promise<object> {
    const { name, help } = this;
    return { name, help, type: 'histogram', aggregator: 'sum', values: this.series.flatMap((one) => one.shown(name)) };
  }
}
