import type { EncodeView, Outlet, StreamEnd, StreamMessage } from '../../edge/stream.js';
import type { Outbox } from './outbox.js';

/** One subscription of one connection. */
export class SubscriptionOutlet implements Outlet {
  private open = true;

  constructor(
    private readonly outbox: Outbox,
    private readonly encode: EncodeView,
    private readonly onSent: () => void,
    private readonly onEnd: (reason: StreamEnd, detail: string) => void,
  ) {}

  get congested(): boolean {
    return this.outbox.congested;
  }

  send(message: StreamMessage): void {
    if (!this.open) return;
    this.outbox.send(message.encoded(this.encode));
    this.onSent();
  }

  async whenReady(): Promise<void> {
    await this.outbox.whenReady();
    // The connection may be ready for others when this subscription is gone.
    if (!this.open) await new Promise(() => {});
  }

  end(reason: StreamEnd, detail: string): void {
    if (!this.open) return;
    this.close();
    this.onEnd(reason, detail);
  }

  close(): void {
    this.open = false;
  }
}
