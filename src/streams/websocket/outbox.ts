import type { Writable } from 'node:stream';

export interface OutboxLimits {
  readonly lagMessagesMax: number;
  readonly lagBytesMax: number;
}

/** So many slots of frames that were sent are kept at most before the queue is moved up. */
const sentSlotsMax = 1_024;

/**
 * What waits to be sent over one connection. The socket is given little at a time, so that what it holds is
 * bounded by itself and a close frame is never far behind; the rest waits here, up to the limits.
 */
export class Outbox {
  private queue: Buffer[] = [];
  /** Where in the queue the next frame to send is. */
  private next = 0;
  private queuedBytes = 0;
  private ready: PromiseWithResolvers<void> | undefined = undefined;
  private open = true;

  /**
   * Nothing is sent while `mayWrite` says no, as after a close frame. `onOverflow` is called once, with the limit
   * that was passed; nothing is sent after that either.
   */
  constructor(
    private readonly socket: Writable,
    private readonly limits: OutboxLimits,
    private readonly mayWrite: () => boolean,
    private readonly onOverflow: (limit: string) => void,
  ) {
    socket.on('drain', () => this.flush());
  }

  /** Whether the network has not taken what it was given. */
  get congested(): boolean {
    return this.waitingMessages > 0 || this.socket.writableNeedDrain;
  }

  get waitingMessages(): number {
    return this.queue.length - this.next;
  }

  send(frame: Buffer): void {
    if (!this.open || !this.mayWrite()) return;
    if (this.congested) this.wait(frame);
    else this.socket.write(frame);
  }

  /** Resolves when everything was handed over; never after it was closed. */
  whenReady(): Promise<void> {
    if (this.open && !this.congested) return Promise.resolve();
    this.ready ??= Promise.withResolvers();
    return this.ready.promise;
  }

  /** Forgets what waits. */
  close(): void {
    this.open = false;
    this.ready = undefined;
    this.forget();
  }

  private wait(frame: Buffer): void {
    this.queue.push(frame);
    this.queuedBytes += frame.length;
    const { lagMessagesMax, lagBytesMax } = this.limits;
    if (this.waitingMessages > lagMessagesMax) this.overflow(`STREAM_LAG_MESSAGES_MAX (${lagMessagesMax})`);
    else if (this.queuedBytes > lagBytesMax) this.overflow(`STREAM_LAG_BYTES_MAX (${lagBytesMax})`);
  }

  private overflow(limit: string): void {
    this.close();
    this.onOverflow(limit);
  }

  /** The socket has taken everything; it is given as much again. */
  private flush(): void {
    if (!this.open || !this.mayWrite()) return;
    this.socket.cork();
    while (this.waitingMessages > 0 && !this.socket.writableNeedDrain) {
      const frame = this.queue[this.next]!;
      this.next += 1;
      this.queuedBytes -= frame.length;
      this.socket.write(frame);
    }
    this.socket.uncork();
    if (this.waitingMessages === 0) this.forget();
    else if (this.next >= sentSlotsMax) this.next -= this.queue.splice(0, this.next).length;
    if (this.congested) return;
    const { ready } = this;
    this.ready = undefined;
    ready?.resolve();
  }

  private forget(): void {
    this.queue = [];
    this.next = 0;
    this.queuedBytes = 0;
  }
}
