import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type { Operation } from './request-observer.js';

export type UnaryCall = ServerUnaryCall<unknown, unknown>;

/** Answers one unary call, once, through its callback. */
export type UnaryHandler = (call: UnaryCall, answer: sendUnaryData<unknown>) => Promise<void> | void;

/**
 * Puts something around the handlers of unary calls. It is asked once for each method, at the start; what
 * it gives either passes a call on to `inner` or answers it itself.
 */
export type AroundUnary = (inner: UnaryHandler, operation: Operation) => UnaryHandler;

/** The first is the outermost. */
export function surround(handler: UnaryHandler, operation: Operation, around: readonly AroundUnary[]): UnaryHandler {
  return around.reduceRight((inner, put) => put(inner, operation), handler);
}

/** The method that is called at a path such as `/exchange.v1.OrderService/PlaceOrder`. */
export function grpcOperation(path: string): Operation {
  const [, target = '', method = ''] = path.split('/');
  return { transport: 'GRPC', method, target };
}
