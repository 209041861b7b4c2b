import { setTimeout as pause } from 'node:timers/promises';
import type { InstructionStatusChange } from '../engine/command.js';
import type { Origin } from '../journal/journal.js';
import type { Venue } from '../venue/venue.js';

/** One record tells of so many changes at most. */
export const changesPerRecordMax = 1_000;
const gatherMs = 20;
const retryMs = 1_000;
const origin: Origin = { transport: 'SYSTEM' };

/**
 * Brings what became of instructions into the journal, many at a time and in their order. While the venue takes
 * no commands it keeps them; what is lost with the process is asked for again after the restart.
 */
export class StatusNotes {
  private waiting: InstructionStatusChange[] = [];
  private writing: Promise<void> | undefined = undefined;

  constructor(
    private readonly venue: Venue,
    private readonly signal: AbortSignal,
  ) {}

  get waitingCount(): number {
    return this.waiting.length;
  }

  add(...changes: InstructionStatusChange[]): void {
    this.waiting.push(...changes);
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
  }

  /** Resolves when everything that was added is in the journal, or never will be brought there by this process. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private async write(): Promise<void> {
    await this.wait(gatherMs);
    while (this.waiting.length > 0 && !this.signal.aborted) {
      const changes = this.waiting.slice(0, changesPerRecordMax);
      try {
        await this.venue.submit({ type: 'NoteInstructionStatuses', changes }, origin);
        this.waiting = this.waiting.slice(changes.length);
      } catch {
        // The venue takes no commands now; what stopped it is its own to tell.
        await this.wait(retryMs);
      }
    }
  }

  private async wait(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.signal, ref: false }).catch(() => undefined);
  }
}
