/**
 * What WebSocket and gRPC streams share. A feature makes a `StreamSource` of what a reader asks for; the
 * transport gives it an `Outlet`, which is one subscription of one connection, and closes what `open` gave
 * when the reader has had enough.
 */

/** One message of a stream. It is made once, and written once for each form, however many readers get it. */
export class StreamMessage<View extends object = object> {
  private text: Buffer | undefined = undefined;
  // Of any view, so that a message of more is one of less.
  private encoding: unknown = undefined;
  private bytes: Buffer | undefined = undefined;

  constructor(readonly view: View) {}

  /** The message as JSON in UTF-8. */
  get json(): Buffer {
    this.text ??= Buffer.from(JSON.stringify(this.view));
    return this.text;
  }

  /** The message in another form, such as gRPC's. Readers of one form stand together, so the last one is kept. */
  encoded(encode: EncodeView<View>): Buffer {
    if (this.bytes === undefined || this.encoding !== encode) {
      this.bytes = encode(this.view);
      this.encoding = encode;
    }
    return this.bytes;
  }
}

/** Writes a message as the bytes of one form. There is one function for each form, by which its bytes are kept. */
export type EncodeView<View extends object = object> = (view: View) => Buffer;

/** Where the messages of one subscription go. Nothing is sent after it was closed or ended. */
export interface Outlet<View extends object = object> {
  /**
   * Whether the network has not taken what it was given: whoever can leave something out waits for `whenReady`.
   * Who cannot goes on sending; the outlet ends the stream with SLOW_CONSUMER once the reader is too far behind.
   */
  readonly congested: boolean;
  send(message: StreamMessage<View>): void;
  /** Resolves when it is no longer congested, at once if it is not; never after it was closed. */
  whenReady(): Promise<void>;
  /** Ends the stream for a reason that the reader is told. */
  end(reason: StreamEnd, detail: string): void;
}

/** Why the exchange ends a stream. */
export type StreamEnd = 'SLOW_CONSUMER' | 'SHUTTING_DOWN' | 'ACCESS_REVOKED' | 'INTERNAL';

/** What somebody asked to be told of. It was checked: opening it cannot be refused any more. */
export interface StreamSource<View extends object = object> {
  /** What the reader is told before the first message, beside what it asked for. */
  readonly acknowledgement: object;
  open(outlet: Outlet<View>): Subscription;
  /** Instead of `open`, where the reader has left before it came to that. */
  abandon?(): void;
}

export interface Subscription {
  /**
   * Everything up to this journal sequence that concerns the subscription was given to its outlet: what a
   * heartbeat may say. Absent where that is not known.
   */
  readonly sequence?: number;
  /**
   * `unsubscribed` is true where the reader asked for it and stays; otherwise its connection is gone, or the stream.
   * Where it gives a promise, a reader who stays is told when that is settled.
   */
  close(unsubscribed?: boolean): void | Promise<void>;
}
