/** Somebody who has something to send to many. */
export interface Sender {
  /** Sends what is due, until the time (of `performance.now()`) is up; true once nothing is left. */
  send(untilMs: number): boolean;
}

/** Nothing else waits longer than this, in a turn of the event loop, for what is sent to many. */
const sliceMs = 0.5;

/**
 * Shares one thread between trading and those who only watch. Senders take turns in short slices, one slice in
 * each turn of the event loop: whatever has come meanwhile, an order or a commit, goes first. So the more orders
 * there are, the less is sent; what happens until a reader's turn comes is told in one message.
 */
export class FanOut {
  private readonly waiting = new Set<Sender>();
  private isPlanned = false;

  /** Lets a sender send as soon as its turn comes. */
  add(sender: Sender): void {
    this.waiting.add(sender);
    this.plan();
  }

  /** A sender that has nobody to send to any more. */
  remove(sender: Sender): void {
    this.waiting.delete(sender);
  }

  private plan(): void {
    if (this.isPlanned || this.waiting.size === 0) return;
    this.isPlanned = true;
    setImmediate(this.takeTurn);
  }

  private readonly takeTurn = (): void => {
    const untilMs = performance.now() + sliceMs;
    for (const sender of this.waiting) {
      if (!sender.send(untilMs)) break;
      this.waiting.delete(sender);
      if (performance.now() >= untilMs) break;
    }
    this.isPlanned = false;
    this.plan();
  };
}
