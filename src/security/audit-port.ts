import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { answerClientError } from '../edge/client-error.js';
import { headersInTime, passOverExpectations } from '../edge/http-edge.js';
import { Problem } from '../edge/problem.js';
import { pathOf, sendProblem } from '../edge/problem-reply.js';
import { httpsOptions, type TlsMaterial } from '../edge/tls.js';
import { asksForWebSocket, type Upgrades } from '../edge/upgrades.js';

/** What the second server is made with, as the first one is. */
export interface AuditPortOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly requestTimeoutMs: number;
  readonly headerBytesMax: number;
  readonly tls: TlsMaterial | undefined;
}

const idleWhileClosingMs = 50;

/**
 * Serves the audit on a port of its own: the same routes behind a second server. What is under /audit is found
 * there alone, and nothing else is. Make it before the application is initialised.
 */
export class AuditPort {
  private readonly server: Server;
  private readonly arrivals = new WeakSet<IncomingMessage>();

  constructor(
    private readonly fastify: FastifyInstance,
    private readonly options: AuditPortOptions,
  ) {
    this.server = this.createServer(this.answer);
    this.server.on('clientError', answerClientError);
    passOverExpectations(this.server, this.answer);
    fastify.addHook('onRequest', (request, reply, done) => {
      // The route that was found, and not the path as it was written, which can be written in other ways.
      const route = request.routeOptions.url ?? pathOf(request);
      if (isAudit(route) === this.arrivals.has(request.raw)) done();
      else sendProblem(new Problem('NOT_FOUND', 'No resource of the exchange has this path.'), request, reply);
    });
    // While the exchange closes, what is in flight here is answered too.
    fastify.addHook('preClose', () => this.close());
  }

  /** The streams of the audit are opened here too. */
  serveUpgrades(upgrades: Upgrades): void {
    upgrades.serve(this.server, this.answer);
  }

  /** Resolves to the port that was taken. */
  listen(): Promise<number> {
    const { host, port } = this.options;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject).listen(port, host, () => {
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  private readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    this.arrivals.add(request);
    this.fastify.routing(request, response);
  };

  private async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise((resolve) => this.server.close(resolve));
    // Connections that get their last answer later would be kept for another request.
    const sweep = setInterval(() => this.server.closeIdleConnections(), idleWhileClosingMs);
    await closed;
    clearInterval(sweep);
  }

  private createServer(answer: (request: IncomingMessage, response: ServerResponse) => void): Server {
    const { requestTimeoutMs: requestTimeout, headerBytesMax: maxHeaderSize, tls } = this.options;
    const bounds = { requestTimeout, maxHeaderSize, ...headersInTime, shouldUpgradeCallback: asksForWebSocket };
    return tls === undefined
      ? createServer(bounds, answer)
      : createTlsServer({ ...bounds, ...httpsOptions(tls) }, answer);
  }
}

function isAudit(path: string): boolean {
  return path === '/audit' || path.startsWith('/audit/');
}
