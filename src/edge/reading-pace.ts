import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Venue } from '../venue/venue.js';

/** The share of the thread's time that all readers of the past may have together while there is trading. */
const share = 0.3;

/** Keeps those who read the past, however much of it, from slowing what goes on. */
@Injectable()
export class ReadingPace {
  private freeAtMs = 0;

  constructor(private readonly venue: Venue) {}

  /** Call it after a stretch of work: it waits until there is time for the next. */
  async rest(workMs: number): Promise<void> {
    if (this.venue.status().queued === 0) {
      await nextTurn();
      return;
    }
    const nowMs = performance.now();
    this.freeAtMs = Math.max(this.freeAtMs, nowMs) + workMs * (1 / share - 1);
    await pause(this.freeAtMs - nowMs);
  }
}
