import type { Writable } from 'node:stream';

/** How far behind a reader may be: what waits for it beyond one of these ends its stream. */
export interface OutboxLimits {
  readonly lagMessagesMax: number;
  readonly lagBytesMax: number;
}

/** So many slots of messages that were sent are kept at most before the queue is moved up. */
const sentSlotsMax = 1_024;

/**
 * What waits to be sent to one reader. The transport is given little at a time, so that what it holds is bounded
 * by itself, and whatever ends a stream is never far behind; the rest waits here, up to the limits.
 */
export class Outbox {
  private queue: Buffer[] = [];
  /** Where in the queue the next message to send is. */
  private next = 0;
  private queuedBytes = 0;
  private ready: PromiseWithResolvers<void> | undefined = undefined;
  private open = true;

  /** `onOverflow` is called once, with the limit that was passed; nothing is sent after that. */
  constructor(
    private readonly transport: Pick<Writable, 'on' | 'write' | 'writableNeedDrain'>,
    private readonly limits: OutboxLimits,
    private readonly onOverflow: (limit: string) => void,
  ) {
    transport.on('drain', () => this.flush());
  }

  /** Whether the network has not taken what it was given. */
  get congested(): boolean {
    return this.waitingMessages > 0 || this.transport.writableNeedDrain;
  }

  get waitingMessages(): number {
    return this.queue.length - this.next;
  }

  send(message: Buffer): void {
    if (!this.open) return;
    if (this.congested) this.wait(message);
    else this.transport.write(message);
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

  private wait(message: Buffer): void {
    this.queue.push(message);
    this.queuedBytes += message.length;
    const { lagMessagesMax, lagBytesMax } = this.limits;
    if (this.waitingMessages > lagMessagesMax) this.overflow(`STREAM_LAG_MESSAGES_MAX (${lagMessagesMax})`);
    else if (this.queuedBytes > lagBytesMax) this.overflow(`STREAM_LAG_BYTES_MAX (${lagBytesMax})`);
  }

  private overflow(limit: string): void {
    this.close();
    this.onOverflow(limit);
  }

  /** The transport has taken everything; it is given as much again. */
  private flush(): void {
    while (this.waitingMessages > 0 && !this.transport.writableNeedDrain) {
      const message = this.queue[this.next]!;
      this.next += 1;
      this.queuedBytes -= message.length;
      this.transport.write(message);
    }
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
