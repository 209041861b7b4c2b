import { Histogram } from 'prom-client';
import type { MetricsRegistry } from '../edge/metrics-registry.js';
import type { CommittedBatch, VenueObserver } from '../venue/venue-observer.js';

const secondsBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const recordsBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** How the journal takes what the engine gives it. */
export class JournalMetrics implements VenueObserver {
  private readonly records: Histogram;
  private readonly commit: Histogram;
  private readonly wait: Histogram;

  constructor(metrics: MetricsRegistry) {
    const registers = [metrics];
    this.records = new Histogram({
      name: 'exchange_journal_batch_records',
      help: 'Records that were made durable together.',
      buckets: recordsBuckets,
      registers,
    });
    this.commit = new Histogram({
      name: 'exchange_journal_commit_seconds',
      help: 'From giving a batch to the journal to having it on the disk.',
      buckets: secondsBuckets,
      registers,
    });
    this.wait = new Histogram({
      name: 'exchange_queue_wait_seconds',
      help: 'From the arrival of the first command of a batch to giving the batch to the journal.',
      buckets: secondsBuckets,
      registers,
    });
  }

  /** The answers go first. */
  committed(batch: CommittedBatch): void {
    setImmediate(this.observe, batch);
  }

  private readonly observe = ({ records, arrivedAtMs, givenAtMs, durableAtMs }: CommittedBatch): void => {
    this.records.observe(records.length);
    this.commit.observe((durableAtMs - givenAtMs) / 1000);
    this.wait.observe((givenAtMs - arrivedAtMs) / 1000);
  };
}
