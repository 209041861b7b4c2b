import type { Outlet, StreamSource, Subscription } from '../../edge/stream.js';

/** What stands behind a reader who asked for cancel on disconnect; it is told once how that reader went. */
export interface Hold {
  /** `unsubscribed`: the reader does not want it any more. Otherwise the reader is gone, or the stream. */
  release(unsubscribed: boolean): Promise<void>;
}

/** A stream whose end, in whatever way, releases a hold. */
export class GuardedSource<View extends object> implements StreamSource<View> {
  readonly acknowledgement: object;

  constructor(
    private readonly source: StreamSource<View>,
    private readonly hold: Hold,
  ) {
    this.acknowledgement = source.acknowledgement;
  }

  open(outlet: Outlet<View>): Subscription {
    return new GuardedSubscription(this.source.open(outlet), this.hold);
  }

  /** The reader was gone before the stream began. */
  abandon(): void {
    this.source.abandon?.();
    void this.hold.release(false);
  }
}

class GuardedSubscription implements Subscription {
  constructor(
    private readonly subscription: Subscription,
    private readonly hold: Hold,
  ) {}

  get sequence(): number | undefined {
    return this.subscription.sequence;
  }

  async close(unsubscribed = false): Promise<void> {
    await this.subscription.close(unsubscribed);
    await this.hold.release(unsubscribed);
  }
}
