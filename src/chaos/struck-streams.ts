import type { Outlet, StreamSource, Subscription } from '../edge/stream.js';
import { StreamFaults, type StreamSubject } from '../edge/stream-faults.js';
import type { FaultBoard } from './fault-board.js';
import { StruckOutlet } from './struck-outlet.js';

/** Lets faults strike the messages of streams, over WebSocket and gRPC alike. */
export class StruckStreams extends StreamFaults {
  constructor(private readonly board: FaultBoard) {
    super();
  }

  override around<View extends object>(source: StreamSource<View>, subject: StreamSubject): StreamSource<View> {
    return {
      acknowledgement: source.acknowledgement,
      open: (outlet) => this.open(source, outlet, subject),
      abandon: () => source.abandon?.(),
    };
  }

  private open<View extends object>(
    source: StreamSource<View>,
    outlet: Outlet<View>,
    subject: StreamSubject,
  ): Subscription {
    const struck = new StruckOutlet(outlet, this.board, subject);
    const subscription = source.open(struck);
    return {
      get sequence() {
        const { heldFrom = Number.POSITIVE_INFINITY } = struck;
        const given = subscription.sequence;
        return given === undefined ? given : Math.max(0, Math.min(given, heldFrom - 1));
      },
      close(unsubscribed) {
        struck.close();
        return subscription.close(unsubscribed);
      },
    };
  }
}
