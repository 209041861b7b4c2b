import { Registry } from 'prom-client';

/**
 * Everything that one exchange tells at /metrics. Any part adds its own: it injects this and gives it to its
 * counters, gauges and histograms as `registers: [metrics]`. Labels are of a small, known set of values:
 * never the id of an account, an order or a request.
 */
export class MetricsRegistry extends Registry {}
