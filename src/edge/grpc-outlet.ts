import type { ServerWritableStream } from '@grpc/grpc-js';
import { grpcError } from './grpc-problems.js';
import { Outbox, type OutboxLimits } from './outbox.js';
import { Problem } from './problem.js';
import type { ProblemCode } from './problem-codes.js';
import type { EncodeView, Outlet, StreamEnd, StreamMessage } from './stream.js';

export type StreamCall = ServerWritableStream<object, Buffer>;

const codes: Readonly<Record<StreamEnd, ProblemCode>> = {
  SLOW_CONSUMER: 'SLOW_CONSUMER',
  SHUTTING_DOWN: 'DRAINING',
  ACCESS_REVOKED: 'ACCESS_REVOKED',
  INTERNAL: 'INTERNAL',
};

/** One stream over gRPC. grpc-js itself never has more than a few messages; the rest waits in the outbox. */
export class GrpcOutlet implements Outlet {
  private readonly outbox: Outbox;
  private open = true;

  /** `onEnd` is called where the exchange ends the stream, not where its reader does. */
  constructor(
    private readonly call: StreamCall,
    private readonly encode: EncodeView,
    limits: OutboxLimits,
    private readonly onEnd: () => void,
  ) {
    this.outbox = new Outbox(call, limits, (limit) =>
      this.end('SLOW_CONSUMER', `More waits for the reader than ${limit}: go on after the last sequence that came.`),
    );
  }

  get congested(): boolean {
    return this.outbox.congested;
  }

  send(message: StreamMessage): void {
    if (this.open) this.outbox.send(message.encoded(this.encode));
  }

  /** Sends what is for this reader alone. */
  sendBytes(bytes: Buffer): void {
    this.outbox.send(bytes);
  }

  whenReady(): Promise<void> {
    return this.outbox.whenReady();
  }

  end(reason: StreamEnd, detail: string): void {
    if (!this.open) return;
    this.close();
    this.call.emit('error', grpcError(new Problem(codes[reason], detail)));
    this.onEnd();
  }

  /** Nothing is sent any more. */
  close(): void {
    this.open = false;
    this.outbox.close();
  }
}
