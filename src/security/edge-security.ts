import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.js';
import { headerBytesMax, requestTimeoutMs } from '../edge/http-edge.js';
import type { TlsMaterial } from '../edge/tls.js';
import { AuditPort } from './audit-port.js';
import { sendBrowserHeaders } from './browser-headers.js';

/** Secures what browsers and networks see of the REST interface. Call it before `init`; it gives the port of the audit, if that has its own. */
export function secureEdge(
  app: NestFastifyApplication,
  { host, auditPort, corsOrigins }: Settings,
  tls?: TlsMaterial,
): AuditPort | undefined {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  sendBrowserHeaders(fastify, tls !== undefined);
  if (corsOrigins.length > 0) allowOrigins(app, corsOrigins);
  if (auditPort === null) return undefined;
  return new AuditPort(fastify, { host, port: auditPort, requestTimeoutMs, headerBytesMax, tls });
}

/** Nest registers @fastify/cors, and imports it only when this is called. */
function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  app.enableCors({
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-request-id', 'traceparent'],
    exposedHeaders: ['x-request-id', 'retry-after', 'traceparent'],
    maxAge: 600,
  });
}
