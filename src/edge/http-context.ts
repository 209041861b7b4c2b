import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ActiveRequest } from './active-request.js';
import { withinRequest } from './request-context.js';
import { type Operation, type RequestObserver, unknownRoute } from './request-observer.js';
import { requestIdHeader } from './request-origin.js';
import { formatTraceparent, parseTraceparent, traceparentHeader } from './trace-context.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null before the first hook and for what is refused before any. */
    exchangeContext: HttpRequest | null;
  }
}

/** A request over REST. */
class HttpRequest extends ActiveRequest {
  readonly transport = 'REST';

  constructor(
    private readonly request: FastifyRequest,
    readonly operation: Operation,
  ) {
    super(request.id, parseTraceparent(request.headers[traceparentHeader]));
  }

  protected places(): readonly unknown[] {
    return [this.request.params, this.request.query, this.request.body];
  }
}

/** Gives each request its context, tells the client its id and trace, and tells the observers. */
export function useRequestContext(fastify: FastifyInstance, observers: readonly RequestObserver[]): void {
  const operations = new WeakMap<object, Operation>();
  fastify.decorateRequest('exchangeContext', null);
  fastify.addHook('onRequest', (request, reply, done) => {
    const context = new HttpRequest(request, operationOf(request, operations));
    request.exchangeContext = context;
    for (const observer of observers) observer.began?.(context, context.operation);
    reply.header(requestIdHeader, context.requestId);
    if (context.trace !== undefined) reply.header(traceparentHeader, formatTraceparent(context.trace));
    done();
  });
  // The body arrives in events of the socket, outside of any context that was entered before it.
  fastify.addHook('preValidation', (request, _reply, done) => withinRequest(request.exchangeContext!, done));
  fastify.addHook('onResponse', (request, reply, done) => {
    const context = request.exchangeContext;
    if (context !== null) {
      for (const observer of observers) observer.ended(context, context.operation, reply.statusCode, reply.elapsedTime);
    }
    done();
  });
}

/** Fastify has one `config` object for each route, and none with an address for what no route takes. */
function operationOf(request: FastifyRequest, operations: WeakMap<object, Operation>): Operation {
  const { config } = request.routeOptions;
  if (config?.url === undefined) return unknownRoute;
  const known = operations.get(config);
  if (known !== undefined) return known;
  const operation: Operation = { transport: 'REST', method: String(config.method), target: config.url };
  operations.set(config, operation);
  return operation;
}
