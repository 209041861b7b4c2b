import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { serveApiDocuments } from './api-documents.js';
import { AppModule } from './app.module.js';
import type { FaultBoard } from './chaos/fault-board.js';
import { strikeGrpc } from './chaos/grpc-faults.js';
import { strikeHttp } from './chaos/http-faults.js';
import type { Settings } from './config/settings.js';
import { version } from './config/version.js';
import { advertisedHost } from './discovery/advertised-host.js';
import { Registry } from './discovery/registry.js';
import { GrpcServer } from './edge/grpc-server.js';
import { GrpcStreamMetrics } from './edge/grpc-stream-metrics.js';
import { createHttpAdapter, endConnectionsWithTheirAnswer, httpApplicationOptions, useEdge } from './edge/http-edge.js';
import { KeyRevocations } from './edge/key-revocations.js';
import { MetricsRegistry } from './edge/metrics-registry.js';
import type { RequestObserver } from './edge/request-observer.js';
import { readTls, type TlsMaterial } from './edge/tls.js';
import { Upgrades } from './edge/upgrades.js';
import { GrpcHealth } from './health/grpc-health.js';
import { Readiness } from './health/readiness.js';
import type { Observability } from './observability/observability.js';
import type { Outside } from './outside.js';
import { ApiKeyUses } from './security/api-key-uses.js';
import type { AuditPort } from './security/audit-port.js';
import { secureEdge } from './security/edge-security.js';
import { Venue } from './venue/venue.js';

/** Where a running exchange is found. */
export interface Addresses {
  /** Such as `http://127.0.0.1:8080`. */
  readonly http: string;
  /** Such as `127.0.0.1:50051`. */
  readonly grpc: string;
  /** Where the audit is: as `http`, unless it has a port of its own. */
  readonly audit: string;
}

/** One exchange with its REST and gRPC interfaces, around a venue that is recovered. */
export class Application {
  constructor(
    /** The Nest application, for its HTTP server and its providers. */
    readonly nest: NestFastifyApplication,
    private readonly grpcServer: GrpcServer,
    private readonly settings: Settings,
    private readonly auditPort: AuditPort | undefined,
  ) {}

  /** How many commands were executed so far. */
  get commands(): number {
    return this.nest.get(Venue).status().sequence;
  }

  /** Opens every port, and then tells the registry of them; it fails if one of them is taken. */
  async listen(): Promise<Addresses> {
    await this.nest.startAllMicroservices();
    await this.nest.listen(this.settings.httpPort, this.settings.host);
    const { port } = this.nest.getHttpServer().address() as AddressInfo;
    const host = this.settings.host.includes(':') ? `[${this.settings.host}]` : this.settings.host;
    const scheme = this.settings.tlsCertFile === null ? 'http' : 'https';
    const auditPort = (await this.auditPort?.listen()) ?? port;
    // A start that fails for a port that is taken must leave no entry behind.
    void this.announce(port);
    return {
      http: `${scheme}://${host}:${port}`,
      grpc: `${host}:${this.grpcServer.port}`,
      audit: `${scheme}://${host}:${auditPort}`,
    };
  }

  /** The start does not wait for it: a registry that does not answer is told later. */
  private announce(httpPort: number): Promise<void> {
    const { serviceName, serviceInstanceName: instanceName, environment } = this.settings;
    const readiness = this.nest.get(Readiness);
    const ports = { grpcPort: this.grpcServer.port, httpPort };
    const registry = this.nest.get(Registry);
    // A fresh look tells a changed status as well, without waiting for the next heartbeat.
    readiness.follow(() => void registry.refresh());
    return registry.announce(
      {
        serviceName,
        instanceName,
        host: advertisedHost(this.settings),
        ...ports,
        version,
        environment,
        metadata: {},
      },
      () => (readiness.obstacle() === undefined ? 'healthy' : 'unhealthy'),
    );
  }

  /**
   * Says everywhere that commands should go elsewhere and gives balancers the time to hear it; then refuses
   * new commands, waits for what is in flight, closes the ports, writes the last snapshot and closes the journal.
   */
  async close(): Promise<void> {
    await this.leave();
    await this.nest.get(ApiKeyUses).tellJournal();
    await this.nest.close();
  }

  /** Commands that come meanwhile are still taken. */
  private async leave(): Promise<void> {
    this.nest.get(Readiness).withdraw();
    endConnectionsWithTheirAnswer(this.nest.getHttpServer());
    await Promise.all([this.nest.get(Registry).withdraw(), pause(this.settings.drainWaitMs)]);
  }
}

/** Puts Nest, with REST and gRPC, around what a start has opened. The venue is not closed if this rejects. */
export async function applicationOf(
  settings: Settings,
  venue: Venue,
  outside: Outside,
  observability: Observability,
  board: FaultBoard,
): Promise<Application> {
  const module = AppModule.with(settings, venue, outside, observability, board);
  const tls = readTls(settings);
  const nest = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(settings, tls), {
    ...httpApplicationOptions,
    abortOnError: false,
    logger: observability.logger,
  });
  useEdge(nest, observability.requestObservers);
  if (board.isEnabled) strikeHttp(nest.getHttpAdapter().getInstance() as unknown as FastifyInstance, board);
  serveApiDocuments(nest);
  const auditPort = secureEdge(nest, settings, tls);
  const grpcServer = connectGrpc(nest, settings, observability.requestObservers, board, tls);
  await nest.init();
  serveUpgrades(nest, auditPort);
  return new Application(nest, grpcServer, settings, auditPort);
}

/** WebSockets are opened at the ports of REST, and those of the audit at its own, if it has one. */
function serveUpgrades(nest: NestFastifyApplication, auditPort: AuditPort | undefined): void {
  const upgrades = nest.get(Upgrades);
  const fastify = nest.getHttpAdapter().getInstance();
  upgrades.serve(nest.getHttpServer(), (request, response) => fastify.routing(request, response));
  auditPort?.serveUpgrades(upgrades);
}

function connectGrpc(
  nest: NestFastifyApplication,
  { host, grpcPort, bodyBytesMax, streamHeartbeatMs, streamLagMessagesMax, streamLagBytesMax }: Settings,
  observers: readonly RequestObserver[],
  board: FaultBoard,
  tls?: TlsMaterial,
): GrpcServer {
  const streams = {
    heartbeatMs: streamHeartbeatMs,
    lagMessagesMax: streamLagMessagesMax,
    lagBytesMax: streamLagBytesMax,
    revocations: nest.get(KeyRevocations),
    metrics: new GrpcStreamMetrics(nest.get(MetricsRegistry)),
  };
  const around = board.isEnabled ? [strikeGrpc(board)] : [];
  const server = new GrpcServer(
    { host, port: grpcPort, messageBytesMax: bodyBytesMax, tls, package: 'exchange.v1', observers, around, streams },
    nest.get(GrpcHealth),
  );
  nest.connectMicroservice({ strategy: server }, { inheritAppConfig: true });
  return server;
}
