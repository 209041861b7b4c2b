import { Metadata, status } from '@grpc/grpc-js';
import { ActiveRequest } from './active-request.js';
import { withinRequest } from './request-context.js';
import type { RequestObserver } from './request-observer.js';
import { requestIdHeader, requestIdOf } from './request-origin.js';
import { formatTraceparent, parseTraceparent, traceparentHeader } from './trace-context.js';
import type { AroundUnary, UnaryCall } from './unary-handler.js';

/** A call over gRPC. */
export class GrpcRequest extends ActiveRequest {
  readonly transport = 'GRPC';

  constructor(private readonly call: Pick<UnaryCall, 'metadata' | 'request'>) {
    const { metadata } = call;
    super(requestIdOf(metadata.get(requestIdHeader)[0]), parseTraceparent(metadata.get(traceparentHeader)[0]));
  }

  protected places(): readonly unknown[] {
    return [this.call.request];
  }
}

/** Gives each call its context, tells the client its id and trace in the first metadata, and tells the observers. */
export function grpcRequestContext(observers: readonly RequestObserver[]): AroundUnary {
  return (inner, operation) => (call, answer) => {
    const begunAtMs = performance.now();
    const context = new GrpcRequest(call);
    for (const observer of observers) observer.began?.(context, operation);
    call.sendMetadata(metadataOf(context));
    return withinRequest(context, () =>
      inner(call, (error, ...answered) => {
        answer(error, ...answered);
        const code = error === null || error === undefined ? status.OK : (error.code ?? status.UNKNOWN);
        const durationMs = performance.now() - begunAtMs;
        for (const observer of observers) observer.ended(context, operation, code, durationMs);
      }),
    );
  };
}

/** What the client is told of its call before the answer. */
export function metadataOf({ requestId, trace }: GrpcRequest): Metadata {
  const metadata = new Metadata();
  metadata.set(requestIdHeader, requestId);
  if (trace !== undefined) metadata.set(traceparentHeader, formatTraceparent(trace));
  return metadata;
}
