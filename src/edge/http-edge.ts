import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AllowedMethods } from './allowed-methods.js';
import { answerClientError } from './client-error.js';
import { asProblem } from './exception-mapping.js';
import { useRequestContext } from './http-context.js';
import { NoUnknownQueryGuard } from './no-unknown-query.guard.js';
import { Problem } from './problem.js';
import { ProblemFilter } from './problem-filter.js';
import { sendProblem } from './problem-reply.js';
import type { RequestObserver } from './request-observer.js';
import { requestIdHeader, requestIdOf } from './request-origin.js';
import { shownValue } from './shown-value.js';
import { parseStrictJson } from './strict-json.js';
import { httpsOptions, type TlsMaterial } from './tls.js';
import { asksForWebSocket } from './upgrades.js';

export interface HttpBounds {
  readonly bodyBytesMax: number;
}

/** How long a client may take to send a whole request. */
export const requestTimeoutMs = 30_000;
/** How long a client may take to send the headers alone, and how often is looked for those that take longer, in milliseconds. */
export const headersInTime = { headersTimeout: 10_000, connectionsCheckingInterval: 1_000 } as const;
/** All headers of a request together. */
export const headerBytesMax = 16_384;
const pathParameterCharactersMax = 200;
/** How long a connection that has nothing more to answer may stay open while the server closes. */
const idleWhileClosingMs = 50;

/** Nest must not register its own, lenient body parser beside the strict one. */
export const httpApplicationOptions = { bodyParser: false } as const;

/** Fastify as the exchange uses it: everything bounded by name. */
export function createHttpAdapter({ bodyBytesMax }: HttpBounds, tls?: TlsMaterial): FastifyAdapter {
  return new FastifyAdapter({
    ...serverOptions(tls),
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    routerOptions: { maxParamLength: pathParameterCharactersMax },
    requestIdHeader: false,
    genReqId: (request: IncomingMessage) => requestIdOf(request.headers[requestIdHeader]),
    clientErrorHandler: answerClientError,
    // The router itself refuses a path that cannot be decoded, before any filter could.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(asProblem(error), request, reply),
    // While the exchange drains, queries are still answered; commands are refused by the venue.
    return503OnClosing: false,
  });
}

function serverOptions(tls: TlsMaterial | undefined): object {
  const bounds = {
    maxHeaderSize: headerBytesMax,
    ...headersInTime,
    shouldUpgradeCallback: asksForWebSocket,
  };
  return tls === undefined ? { http: bounds } : { https: { ...bounds, ...httpsOptions(tls) } };
}

/**
 * Makes an application strict about what arrives and uniform about what it answers, over REST and, if it
 * is connected after this with `inheritAppConfig`, over gRPC. Call it before `init`.
 */
export function useEdge(app: NestFastifyApplication, observers: readonly RequestObserver[] = []): void {
  const allowedMethods = new AllowedMethods();
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRoute', ({ method, url }) => allowedMethods.add(method, url));
  useRequestContext(fastify, observers);
  takeOnlyJson(fastify);
  passOverExpectations(fastify.server, fastify.routing);
  endIdleConnectionsWhileClosing(fastify);
  app.useGlobalGuards(new NoUnknownQueryGuard());
  app.useGlobalFilters(new ProblemFilter(allowedMethods));
}

/**
 * Node ends the connections that are idle when the server closes, but not those that have their last answer
 * later: clients that keep them for another time would hold up the end until they time out.
 */
function endIdleConnectionsWhileClosing(fastify: FastifyInstance): void {
  fastify.addHook('preClose', (done) => {
    const sweep = setInterval(() => fastify.server.closeIdleConnections(), idleWhileClosingMs).unref();
    fastify.server.once('close', () => clearInterval(sweep));
    done();
  });
}

/**
 * Node answers an `Expect` that it does not know with a 417 of its own, without a body. HTTP allows passing it over:
 * such a request is answered like any other.
 */
export function passOverExpectations(
  server: Server,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  server.on('checkExpectation', answer);
}

/** From here on each connection ends with the answer that it gets next, so that clients turn to where they are sent now. */
export function endConnectionsWithTheirAnswer(server: Server): void {
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
}

function takeOnlyJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      // A client that always names the type, but has nothing to say (a DELETE), sends an empty body.
      if (body.length === 0) return done(null, undefined);
      const { 'content-encoding': encoding = 'identity' } = request.headers;
      if (encoding.toLowerCase() !== 'identity') throw new Problem('UNSUPPORTED_MEDIA_TYPE', notEncoded(encoding));
      if (!isUtf8Json(request)) throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'JSON is taken in UTF-8 alone.');
      return done(null, parseStrictJson(body));
    } catch (error) {
      return done(error as Error, undefined);
    }
  });
}

function notEncoded(encoding: string): string {
  return `Bodies are taken as they are, without a Content-Encoding such as ${shownValue(encoding)}.`;
}

function isUtf8Json(request: FastifyRequest): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(request.headers['content-type'] ?? '')?.[1];
  return charset === undefined || charset.toLowerCase() === 'utf-8' || charset.toLowerCase() === 'utf8';
}
