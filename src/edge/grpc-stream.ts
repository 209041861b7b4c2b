import { GrpcOutlet, type StreamCall } from './grpc-outlet.js';
import type { KeyRevocations } from './key-revocations.js';
import type { OutboxLimits } from './outbox.js';
import { currentRequest } from './request-context.js';
import type { EncodeView, StreamSource, Subscription } from './stream.js';

/** How a kind of stream speaks gRPC. There is one object of each kind. */
export interface StreamForm {
  /** A message of the source, as the method's response. */
  message(view: object): object;
  /** What the reader is told before the first message; nothing, where this is absent. */
  acknowledgement?(acknowledgement: object): object;
  heartbeat?(heartbeat: StreamHeartbeat): object;
}

export interface StreamHeartbeat {
  readonly time: string;
  /** Everything up to this journal sequence that concerns the stream was sent before. */
  readonly sequence: number;
}

/**
 * What a server-streaming method of a controller gives. Guards, pipes and filters are those of unary methods;
 * what the source then gives is sent as fast as the reader takes it.
 */
export class GrpcStream {
  constructor(
    readonly source: StreamSource,
    readonly form: StreamForm,
  ) {}
}

/** How a method writes: its messages, whose bytes are shared among readers, and what it says to one reader alone. */
export interface StreamEncoding {
  readonly view: EncodeView;
  response(response: object): Buffer;
}

/** What all streams of a server have in common. */
export interface StreamOptions extends OutboxLimits {
  readonly heartbeatMs: number;
  /** Tells of keys that are revoked while they read; absent where there are none. */
  readonly revocations?: Pick<KeyRevocations, 'watch'>;
}

/** A stream that somebody reads. */
export class OpenGrpcStream {
  readonly outlet: GrpcOutlet;
  private readonly unwatch: (() => void) | undefined;
  private subscription: Subscription | undefined = undefined;
  private ended = false;

  /** It is made in the context of the request that asked for it. */
  constructor(
    call: StreamCall,
    private readonly stream: GrpcStream,
    private readonly encoding: StreamEncoding,
    options: StreamOptions,
    private readonly onEnd: (stream: OpenGrpcStream) => void,
  ) {
    this.outlet = new GrpcOutlet(call, encoding.view, options, () => this.close());
    // Emitted at every end, whether it is the reader's, the deadline's or the exchange's own.
    call.once('cancelled', () => this.close());
    const caller = currentRequest()?.caller;
    this.unwatch =
      caller && options.revocations?.watch(caller, () => this.outlet.end('ACCESS_REVOKED', 'The key was revoked.'));
  }

  begin(): void {
    const { source, form } = this.stream;
    const acknowledgement = form.acknowledgement?.(source.acknowledgement);
    if (acknowledgement !== undefined) this.outlet.sendBytes(this.encoding.response(acknowledgement));
    this.subscription = source.open(this.outlet);
    if (this.ended) this.subscription.close();
  }

  /** A reader that is behind has enough to read. */
  beat(time: string): void {
    const sequence = this.subscription?.sequence;
    if (sequence === undefined || this.outlet.congested) return;
    const heartbeat = this.stream.form.heartbeat?.({ time, sequence });
    if (heartbeat !== undefined) this.outlet.sendBytes(this.encoding.response(heartbeat));
  }

  private close(): void {
    if (this.ended) return;
    this.ended = true;
    this.unwatch?.();
    this.outlet.close();
    this.subscription?.close();
    this.onEnd(this);
  }
}
