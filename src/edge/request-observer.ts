import type { RequestContext } from './request-context.js';

/** One kind of request. There is one object of each, so that an observer can keep what is its own by it. */
export interface Operation {
  readonly transport: 'REST' | 'GRPC';
  /** Over REST `POST` and its like, over gRPC the name of the method. */
  readonly method: string;
  /** Over REST the template of the route (`/api/v1/orders/:orderId`), over gRPC the full name of the service. */
  readonly target: string;
}

/** What a request that no route takes counts as, whatever its path: paths are without number. */
export const unknownRoute: Operation = { transport: 'REST', method: 'ANY', target: 'unknown' };

/** Is told of every request over REST and gRPC. It is on the way of every answer: it must be quick, and must not throw. */
export interface RequestObserver {
  /** Before anything is done about the request; the observer may make it part of a trace. */
  began?(request: RequestContext, operation: Operation): void;
  /** After the answer was given, with its HTTP or gRPC status. */
  ended(request: RequestContext, operation: Operation, status: number, durationMs: number): void;
}
