import type { MetricsRegistry } from '../edge/metrics-registry.js';
import type { CommittedBatch, VenueObserver } from '../venue/venue-observer.js';
import { type Observations, PlainHistogram } from './plain-histogram.js';

const secondsBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const recordsBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** How the journal takes what the engine gives it. */
export class JournalMetrics implements VenueObserver {
  private readonly records: Observations;
  private readonly commit: Observations;
  private readonly wait: Observations;

  constructor(metrics: MetricsRegistry) {
    const histogram = (name: string, help: string, buckets: readonly number[]) =>
      new PlainHistogram(name, help, buckets, metrics).with();
    this.records = histogram(
      'exchange_journal_batch_records',
      'Records that were made durable together.',
      recordsBuckets,
    );
    this.commit = histogram(
      'exchange_journal_commit_seconds',
      'From giving a batch to the journal to having it on the disk.',
      secondsBuckets,
    );
    this.wait = histogram(
      'exchange_queue_wait_seconds',
      'From the arrival of the first command of a batch to giving the batch to the journal.',
      secondsBuckets,
    );
  }

  /** The answers go first. */
  committed(batch: CommittedBatch): void {
    setImmediate(this.observe, batch);
  }

  private readonly observe = ({ records, arrivedAtMs, givenAtMs, durableAtMs }: CommittedBatch): void => {
    this.records.add(records.length);
    this.commit.add((durableAtMs - givenAtMs) / 1000);
    this.wait.add((givenAtMs - arrivedAtMs) / 1000);
  };
}
