import type { Store } from './store.js';
import type { WorkerThread } from './worker-thread.js';

/** Once so many pages of 4 KiB have come to the log, it is time. */
const checkpointPages = 8_000;
/** What is left to the writer: a few milliseconds. */
const lastPages = 256;
const roundsMax = 3;

/**
 * Takes the log into the database while the writer goes on writing: most of it in another thread. What was
 * written meanwhile is taken in a second round, which is shorter; the last pages are the writer's own, for only
 * when nothing is left can it begin the log anew.
 */
export class Checkpointer {
  private running: Promise<void> | undefined;
  private duePages = checkpointPages;
  private stopped = false;

  constructor(
    private readonly store: Store,
    private readonly thread: Pick<WorkerThread, 'ask' | 'stop'>,
  ) {}

  /** To be called after each batch. */
  afterBatch(): void {
    if (this.running !== undefined || this.stopped || this.store.logPages() < this.duePages) return;
    this.running = this.checkpoint().finally(() => {
      this.running = undefined;
    });
  }

  /** Before the store is closed. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
    await this.thread.stop();
  }

  private async checkpoint(): Promise<void> {
    const { store } = this;
    try {
      for (let round = 1; round <= roundsMax && !this.stopped && store.logPages() > lastPages; round += 1) {
        await this.thread.ask('checkpoint');
      }
    } catch (error) {
      store.checkpointFailed(error);
    }
    store.checkpoint();
    // A reader who has looked at the log for long keeps pages in it: the next time is so many pages later.
    this.duePages = store.logPages() + checkpointPages;
  }
}
