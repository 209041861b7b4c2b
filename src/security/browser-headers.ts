import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

type HelmetOptions = Parameters<typeof helmet>[0];

/**
 * Sends helmet's headers with every answer: those for pages with the Swagger pages, which need their own scripts
 * and styles, and with answers of JSON the few that mean something there. They depend on nothing in the
 * request, so helmet is asked once and not each time.
 */
export function sendBrowserHeaders(fastify: FastifyInstance, tls: boolean): void {
  const common = { strictTransportSecurity: tls, xFrameOptions: { action: 'deny' } } as const;
  const ofPages = headersOf({
    ...common,
    // Without TLS there is nothing to upgrade to, and the page could not load its own scripts.
    contentSecurityPolicy: {
      directives: { frameAncestors: ["'none'"], ...(tls ? {} : { upgradeInsecureRequests: null }) },
    },
  });
  const ofAnswers = headersOf({
    ...common,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(isPage(request.routeOptions.url) ? ofPages : ofAnswers);
    done();
  });
}

function isPage(route: string | undefined): boolean {
  if (route === undefined) return false;
  return route.startsWith('/docs') || route.startsWith('/audit/docs') || route.includes('/explain');
}

function headersOf(options: HelmetOptions): OutgoingHttpHeaders {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(options)(request, response, (fault) => {
    if (fault !== undefined) throw fault;
  });
  return { ...response.getHeaders() };
}
