import type { JournalHead } from '../journal.js';
import type { WorkerThread } from './worker-thread.js';

/**
 * The check of the whole chain, which begins as soon as the journal is open: the main thread, which will ask for it,
 * loads modules meanwhile and hears of nothing.
 */
export class OpeningCheck {
  private readonly checked: Promise<JournalHead>;
  private onProgress: ((sequence: number) => void) | undefined;

  constructor(writer: WorkerThread) {
    this.checked = writer.ask<JournalHead>('verify', 0, (sequence) => this.onProgress?.(sequence));
    // Whoever asks for the result is told of it.
    this.checked.catch(() => undefined);
  }

  result(onProgress?: (sequence: number) => void): Promise<JournalHead> {
    this.onProgress = onProgress;
    return this.checked;
  }
}
