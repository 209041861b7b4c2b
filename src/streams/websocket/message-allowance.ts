/** A client that starts may send at once what it might send in so many seconds. */
const burstSeconds = 10;

/**
 * How many messages a connection may still send. Each one takes from it, the refused ones too, so that whoever goes
 * on regardless runs into debt.
 */
export class MessageAllowance {
  private readonly most: number;
  private left: number;
  private countedAtMs: number;

  constructor(
    private readonly messagesPerSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.most = messagesPerSecond * burstSeconds;
    this.left = this.most;
    this.countedAtMs = now();
  }

  /** Whether a message that came is taken, refused, or refused as one too many. */
  take(): 'taken' | 'refused' | 'exhausted' {
    const nowMs = this.now();
    this.left = Math.min(this.most, this.left + ((nowMs - this.countedAtMs) / 1000) * this.messagesPerSecond);
    this.countedAtMs = nowMs;
    this.left -= 1;
    if (this.left >= 0) return 'taken';
    return this.left >= -this.most ? 'refused' : 'exhausted';
  }
}
