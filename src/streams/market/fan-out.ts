/** Somebody who has something to send to many. */
export interface Sender {
  /** Sends what is due, until the time (of `performance.now()`) is up; true once nothing is left. */
  send(untilMs: number): boolean;
}

/** How much of the thread's time sending may take while it has more to send than that. */
const threadShareMax = 0.5;
const restPerSpent = 1 / threadShareMax - 1;
/** Nothing else waits longer than this for what is sent to many; an order that comes meanwhile waits half of it on average. */
const sliceMs = 1;
/** A timer is no finer than this. */
const timerStepMs = 1;

/**
 * Shares one thread between trading and those who only watch. Senders take turns in short slices, and after
 * each slice comes a rest in which the thread is free; what happens meanwhile is told in one message. So readers
 * see fewer and larger steps when there are many of them, and orders hardly notice.
 */
export class FanOut {
  private readonly waiting = new Set<Sender>();
  private isPlanned = false;
  private restUntilMs = 0;

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
    const restMs = this.restUntilMs - performance.now();
    if (restMs < timerStepMs / 2) setImmediate(this.takeTurn);
    else setTimeout(this.takeTurn, Math.max(timerStepMs, Math.round(restMs))).unref();
  }

  private readonly takeTurn = (): void => {
    const begunMs = performance.now();
    const untilMs = begunMs + sliceMs;
    for (const sender of this.waiting) {
      this.waiting.delete(sender);
      // Who is not done goes on after everybody else has had a turn.
      if (!sender.send(untilMs)) this.waiting.add(sender);
      if (performance.now() >= untilMs) break;
    }
    const endedMs = performance.now();
    // What is far beyond the slice was not spent here: the machine had something else to do.
    const spentMs = Math.min(endedMs - begunMs, sliceMs);
    this.restUntilMs = endedMs + spentMs * restPerSpent;
    this.isPlanned = false;
    this.plan();
  };
}
