import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { ServerGrpc } from '@nestjs/microservices';
import { canceledBeforeAsked } from './canceled-before-asked.js';
import { grpcRequestContext } from './grpc-context.js';
import { type ContractService, GrpcContract } from './grpc-contract.js';
import type { StreamOptions } from './grpc-stream.js';
import { GrpcStreams, type StreamAnswer } from './grpc-streams.js';
import { GrpcWords } from './grpc-words.js';
import { OpenStreams } from './open-streams.js';
import { serveReflection } from './reflection.js';
import type { RequestObserver } from './request-observer.js';
import type { TlsMaterial } from './tls.js';
import { type AroundUnary, grpcOperation, surround, type UnaryHandler } from './unary-handler.js';
import { UnreadableMessage } from './validation.js';

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 takes a free one; `port` tells which, after the start. */
  readonly port: number;
  readonly messageBytesMax: number;
  readonly tls?: TlsMaterial;
  /** The package of the contract that is served. */
  readonly package: string;
  /** How streams treat their readers; without it, as the settings do by default. */
  readonly streams?: StreamOptions;
  /** Are told of each unary call, and of each question for a stream. */
  readonly observers?: readonly RequestObserver[];
  /** What else goes on around each unary call, within its context, the outermost first. */
  readonly around?: readonly AroundUnary[];
}

/** Absent stays absent, as in JSON. */
const conversion = { longs: Number, enums: String, defaults: false, oneofs: false };
const streamsByDefault: StreamOptions = { heartbeatMs: 5_000, lagMessagesMax: 10_000, lagBytesMax: 8_388_608 };
/** What a stream ends with when the exchange stops: its client opens another one, here or elsewhere. */
const shuttingDown = { code: status.UNAVAILABLE, details: 'The exchange is shutting down.' };
/** Calls and streams that one connection may have open; its client keeps what is beyond them waiting. */
const streamsPerConnectionMax = 1_000;
/**
 * A connection that is quiet is asked for a sign of life this often, and is cut when none comes in time. A reader
 * that was only stopped for a minute or two is not taken for one that is gone.
 */
const keepaliveMs = 30_000;
const keepaliveTimeoutMs = 180_000;
/** How long an answer that was just given may take to leave before connections are cut. */
const lastAnswersMs = 100;
const pollMs = 20;

/**
 * Nest's gRPC server with what it lacks: it tells its port, has health and reflection, answers unreadable
 * bytes as the client's mistake, and stops when the last call was answered instead of waiting for open
 * health watches for ever.
 */
export class GrpcServer extends ServerGrpc {
  port: number;
  private callsInFlight = 0;
  /** The streams of the exchange's own services. */
  readonly streams: GrpcStreams;
  private readonly openStreams: OpenStreams;

  constructor(
    private readonly settings: GrpcServerOptions,
    private readonly health: Health,
    private readonly contract = new GrpcContract(),
  ) {
    const services = contract.services(settings.package, conversion);
    super({
      package: settings.package,
      packageDefinition: services,
      // Nest loads what reads proto files, and there are none to read.
      protoLoader: '@grpc/grpc-js',
      onLoadPackageDefinition: (_definition, server) => this.addToServer(services, server),
    });
    this.port = settings.port;
    this.streams = new GrpcStreams(settings.streams ?? streamsByDefault, settings.observers ?? []);
    this.openStreams = new OpenStreams(settings.package);
  }

  override async createClient(): Promise<Server> {
    const server = new Server({
      'grpc.max_receive_message_length': this.settings.messageBytesMax,
      'grpc.max_concurrent_streams': streamsPerConnectionMax,
      'grpc.keepalive_time_ms': keepaliveMs,
      'grpc.keepalive_timeout_ms': keepaliveTimeoutMs,
      interceptors: [canceledBeforeAsked, this.openStreams.interceptor],
    });
    const { host, port } = this.settings;
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    this.port = await new Promise((resolve, reject) => {
      server.bindAsync(address, credentialsOf(this.settings.tls), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return server;
  }

  override createServiceMethod(...[handler, method, streaming]: ServiceMethodArguments): ServiceMethod {
    if (method.responseStream && !method.requestStream) {
      return this.streams.handler(handler as StreamAnswer, grpcOperation(method.path), method.responseSerialize);
    }
    const answer = super.createServiceMethod(handler, method, streaming) as UnaryHandler;
    if (method.requestStream) return answer;
    const { observers = [], around = [] } = this.settings;
    return surround(answer, grpcOperation(method.path), [grpcRequestContext(observers), ...around]);
  }

  override createUnaryServiceMethod(handler: (...args: unknown[]) => unknown): UnaryHandler {
    const answer = super.createUnaryServiceMethod(handler) as UnaryHandler;
    return (call, callback) => {
      this.callsInFlight += 1;
      return answer(call, (...answered) => {
        this.callsInFlight -= 1;
        callback(...answered);
      });
    };
  }

  /** Ends when every call in flight was answered; streams that would stay open (health watches) are told why they end. */
  override async close(): Promise<void> {
    const server = this.grpcClient as Server | null;
    if (server === null || server === undefined) return;
    this.grpcClient = null;
    const ended = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    const answered = setInterval(() => {
      if (this.callsInFlight > 0) return;
      clearInterval(answered);
      this.streams.end('SHUTTING_DOWN', shuttingDown.details);
      this.openStreams.end(shuttingDown);
      setTimeout(() => server.forceShutdown(), lastAnswersMs).unref();
    }, pollMs);
    await ended.finally(() => clearInterval(answered));
  }

  private addToServer(services: Readonly<Record<string, ContractService>>, server: Server): void {
    const reading = GrpcWords.reading();
    const writing = GrpcWords.writing();
    for (const [name, service] of Object.entries(services)) {
      speakWordsOfJson(service, reading, writing);
      forgiveUnreadableRequests(service);
      this.health.cover(name);
    }
    this.health.addToServer(server, this.contract);
    serveReflection(server, this.contract);
  }
}

function credentialsOf(tls: TlsMaterial | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { certificateChain, privateKey, clientAuthorities = null } = tls;
  const pair = { cert_chain: certificateChain, private_key: privateKey };
  return ServerCredentials.createSsl(clientAuthorities, [pair], clientAuthorities !== null);
}

/** What answers `grpc.health.v1` for the services of this server. */
export interface Health {
  cover(service: string): void;
  /** Comes after all services that it covers. */
  addToServer(server: Server, contract: GrpcContract): void;
}

type ServiceMethod = ReturnType<ServerGrpc['createServiceMethod']>;
type ServiceMethodArguments = Parameters<ServerGrpc['createServiceMethod']>;

/** Handlers get and give what those of REST do. */
function speakWordsOfJson(service: ContractService, reading: GrpcWords, writing: GrpcWords): void {
  for (const method of Object.values(service)) {
    const { requestDeserialize, responseSerialize, messageTypes } = method;
    const read = reading.ofMessage(messageTypes.request);
    const write = writing.ofMessage(messageTypes.response);
    method.requestDeserialize = (bytes) => read(requestDeserialize(bytes)) as object;
    // Streams serialize each message themselves, once for all of its readers.
    method.responseSerialize = (answer) =>
      answer instanceof Uint8Array ? (answer as Buffer) : responseSerialize(write(answer) as object);
  }
}

/** grpc-js answers bytes that it cannot read with INTERNAL; here they reach validation, which says what they are. */
function forgiveUnreadableRequests(service: ContractService): void {
  for (const method of Object.values(service)) {
    const read = method.requestDeserialize;
    method.requestDeserialize = (bytes) => {
      try {
        return read(bytes);
      } catch {
        return new UnreadableMessage();
      }
    };
  }
}
