import type { Outlet, StreamSource, Subscription } from '../../edge/stream.js';

/** Several sources, each as it is, over one outlet. */
export class MergedSource<View extends object> implements StreamSource<View> {
  readonly acknowledgement = {};

  constructor(private readonly sources: readonly StreamSource<View>[]) {}

  open(outlet: Outlet<View>): Subscription {
    const subscriptions = this.sources.map((source) => source.open(outlet));
    return {
      get sequence() {
        return Math.min(...subscriptions.map(({ sequence = 0 }) => sequence));
      },
      close: () => {
        for (const subscription of subscriptions) subscription.close();
      },
    };
  }
}
