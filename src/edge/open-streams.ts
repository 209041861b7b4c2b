import {
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type StatusObject,
} from '@grpc/grpc-js';

/** The streams that a gRPC server has open for others (health watches, reflection), so that they can be ended with a status. */
export class OpenStreams {
  private readonly calls = new Set<ServerInterceptingCallInterface>();

  /** The services of `ownPackage` end their streams themselves. */
  constructor(private readonly ownPackage: string) {}

  /** Unary calls go by untouched. */
  readonly interceptor: ServerInterceptor = ({ path, requestStream, responseStream }, call) => {
    if (!requestStream && !responseStream) return call as ServerInterceptingCall;
    if (path.startsWith(`/${this.ownPackage}.`)) return call as ServerInterceptingCall;
    const stream = new ServerInterceptingCall(call, {
      start: (next) => next({ onCancel: () => this.calls.delete(call) }),
      sendStatus: (status, next) => {
        this.calls.delete(call);
        next(status);
      },
    });
    this.calls.add(call);
    return stream;
  };

  get size(): number {
    return this.calls.size;
  }

  /** Tells every client why its stream ends. */
  end(status: Pick<StatusObject, 'code' | 'details'>): void {
    for (const call of this.calls) call.sendStatus(status);
    this.calls.clear();
  }
}
