import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { serveApiDocuments } from './api-documents.js';
import { AppModule, type OnFailure, openVenue } from './app.module.js';
import type { Settings } from './config/settings.js';
import { ExchangeLogger } from './edge/exchange-logger.js';
import { GrpcServer } from './edge/grpc-server.js';
import { createHttpAdapter, httpApplicationOptions, useEdge } from './edge/http-edge.js';
import { GrpcHealth } from './health/grpc-health.js';
import { Venue } from './venue/venue.js';

/** Where a running exchange is found. */
export interface Addresses {
  /** Such as `http://127.0.0.1:8080`. */
  readonly http: string;
  /** Such as `127.0.0.1:50051`. */
  readonly grpc: string;
}

/** One exchange with its REST and gRPC interfaces. The venue is recovered when `createApplication` resolves. */
export class Application {
  constructor(
    /** The Nest application, for its HTTP server and its providers. */
    readonly nest: NestFastifyApplication,
    private readonly grpcServer: GrpcServer,
    private readonly settings: Settings,
  ) {}

  /** How many commands were executed so far. */
  get commands(): number {
    return this.nest.get(Venue).status().sequence;
  }

  /** Opens both ports; it fails if one of them is taken. */
  async listen(): Promise<Addresses> {
    await this.nest.startAllMicroservices();
    await this.nest.listen(this.settings.httpPort, this.settings.host);
    const { port } = this.nest.getHttpServer().address() as AddressInfo;
    const host = this.settings.host.includes(':') ? `[${this.settings.host}]` : this.settings.host;
    return { http: `http://${host}:${port}`, grpc: `${host}:${this.grpcServer.port}` };
  }

  /**
   * Refuses new commands, tells health checks so, waits for what is in flight, closes the ports, and then
   * writes the last snapshot and closes the journal.
   */
  async close(): Promise<void> {
    await this.nest.close();
  }
}

/** Rejects if the exchange cannot start: its message says what the operator can do. */
export async function createApplication(settings: Settings, onFailure: OnFailure): Promise<Application> {
  const logger = new ExchangeLogger(settings.logLevel);
  Logger.overrideLogger(logger);
  const venue = await openVenue(settings, onFailure);
  try {
    return await applicationOf(settings, venue, logger);
  } catch (error) {
    await venue.close();
    throw error;
  }
}

async function applicationOf(settings: Settings, venue: Venue, logger: ExchangeLogger): Promise<Application> {
  const module = AppModule.with(settings, venue);
  const nest = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(settings), {
    ...httpApplicationOptions,
    abortOnError: false,
    logger,
  });
  useEdge(nest);
  serveApiDocuments(nest);
  const grpcServer = connectGrpc(nest, settings);
  await nest.init();
  return new Application(nest, grpcServer, settings);
}

function connectGrpc(nest: NestFastifyApplication, { host, grpcPort, bodyBytesMax }: Settings): GrpcServer {
  const server = new GrpcServer(
    { host, port: grpcPort, messageBytesMax: bodyBytesMax, package: 'exchange.v1' },
    nest.get(GrpcHealth),
  );
  nest.connectMicroservice({ strategy: server }, { inheritAppConfig: true });
  return server;
}
