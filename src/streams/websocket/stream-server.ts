import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  Optional,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type ServerOptions, WebSocketServer } from 'ws';
import { Settings } from '../../config/settings.js';
import { answerProblem } from '../../edge/client-error.js';
import { Credentials } from '../../edge/credentials.js';
import { KeyRevocations } from '../../edge/key-revocations.js';
import { Problem } from '../../edge/problem.js';
import { currentRequest, withinRequest } from '../../edge/request-context.js';
import { requestIdHeader } from '../../edge/request-origin.js';
import { timeText } from '../../edge/time-text.js';
import { type Upgrade, Upgrades } from '../../edge/upgrades.js';
import { assertInvariant } from '../../engine/assert.js';
import { VenueUnavailable } from '../../venue/unavailable.js';
import { Venue } from '../../venue/venue.js';
import { type StreamPath, streamPaths } from './channel.js';
import { Channels } from './channels.js';
import { ConnectionContext } from './connection-context.js';
import { ConnectionCounts } from './connection-counts.js';
import { assertHandshake } from './handshake.js';
import { OpenStream, type StreamHost } from './open-stream.js';
import { StreamMetrics } from './stream-metrics.js';

/** A slow reader may take so long to read what came before its close code. */
const slowCloseMs = 300_000;
/** No message of a client needs more frames. */
const fragmentsMax = 64;
/** How long clients may take to hear that the exchange stops, of the time that a stop may take. */
const farewellMs = 1_000;
const farewellLookMs = 10;
/** What was committed last leaves within this, if its readers are not far behind. */
const lastMessagesMs = 50;

/** Every WebSocket of the exchange: who may open one, their beats, and their end when the exchange stops. */
@Injectable()
export class StreamServer implements StreamHost, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly counts: ConnectionCounts;
  private readonly streams = new Set<OpenStream>();
  private readonly server: WebSocketServer;
  private readonly timers: NodeJS.Timeout[] = [];
  private draining = false;

  constructor(
    readonly settings: Settings,
    private readonly venue: Venue,
    readonly channels: Channels,
    readonly revocations: KeyRevocations,
    private readonly upgrades: Upgrades,
    private readonly metrics: StreamMetrics,
    @Optional() @Inject(Credentials) readonly credentials: Credentials | undefined,
  ) {
    assertInvariant(settings.auth === 'off' || credentials !== undefined, 'AUTH=on comes with somebody who knows keys');
    const { streamConnectionsMax: connectionsMax, streamConnectionsPerKey: connectionsPerKey } = settings;
    this.counts = new ConnectionCounts({ connectionsMax, connectionsPerKey });
    this.server = new WebSocketServer(serverOptions(settings));
    this.server.on('wsClientError', (error, socket) => {
      answerProblem(new Problem('VALIDATION_FAILED', `${error.message}.`), socket as Socket);
    });
    this.server.on('headers', (headers) => headers.push(`${requestIdHeader}: ${currentRequest()?.requestId}`));
  }

  onApplicationBootstrap(): void {
    for (const path of Object.keys(streamPaths) as StreamPath[]) {
      for (const channel of this.channels.names(path)) this.metrics.ofPath(path).subscribed(channel, 0);
    }
    const { streamPingIntervalMs, streamHeartbeatMs } = this.settings;
    this.timers.push(
      setInterval(() => this.checkAlive(), streamPingIntervalMs).unref(),
      setInterval(() => this.beat(), streamHeartbeatMs).unref(),
    );
  }

  /** Takes the connection of a request over, or throws the `Problem` that it is refused with. */
  accept(path: StreamPath, reply: FastifyReply): void {
    const request = reply.request.raw;
    const upgrade = this.upgrades.take(request);
    if (upgrade === undefined) {
      throw new Problem('UPGRADE_REQUIRED', `${streamPaths[path]} speaks WebSocket; send "Upgrade: websocket".`);
    }
    if (this.draining) throw new VenueUnavailable('DRAINING');
    assertHandshake(request, this.settings.corsOrigins);
    // The request is not kept for as long as its connection, which has a context of its own.
    const { requestId, caller } = currentRequest()!;
    const context = new ConnectionContext(requestId, caller);
    const owner = caller?.principal ?? reply.request.ip;
    this.counts.add(owner);
    reply.hijack();
    withinRequest(context, () => this.takeOver(path, request, upgrade, context, owner));
  }

  now(): number {
    return this.venue.now();
  }

  forget(stream: OpenStream): void {
    this.streams.delete(stream);
  }

  /** Nest calls it when no command is taken any more, and before the ports are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.draining = true;
    for (const timer of this.timers) clearInterval(timer);
    if (this.streams.size === 0) return;
    await this.venue.durable().catch(() => undefined);
    await pause(lastMessagesMs);
    for (const stream of this.streams) stream.end('SHUTTING_DOWN', 'The exchange is shutting down.');
    const end = performance.now() + farewellMs;
    while (this.streams.size > 0 && performance.now() < end) await pause(farewellLookMs);
    for (const { connection } of this.streams) connection.terminate();
  }

  private takeOver(
    path: StreamPath,
    request: IncomingMessage,
    { response, socket, head }: Upgrade,
    context: ConnectionContext,
    owner: string,
  ): void {
    response.detachSocket(socket);
    let opened = false;
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      opened = true;
      this.streams.add(new OpenStream(this, path, this.metrics.ofPath(path), context, owner, { webSocket, socket }));
    });
    // Where the client has left meanwhile, nobody is told.
    if (!opened) this.counts.remove(owner);
  }

  private checkAlive(): void {
    for (const { connection } of this.streams) connection.checkAlive();
  }

  private beat(): void {
    if (this.streams.size === 0) return;
    const { durableSequence } = this.venue.status();
    const time = timeText(this.now());
    for (const { session } of this.streams) session.beat(time, durableSequence);
  }
}

function serverOptions({ streamMessageBytesMax }: Settings): ServerOptions {
  const options = {
    noServer: true,
    clientTracking: false,
    maxPayload: streamMessageBytesMax,
    maxFragments: fragmentsMax,
    // Compressing costs the main thread more than the network would save, and memory for each connection; and
    // what is small when it arrives could be large when it is read.
    perMessageDeflate: false,
    autoPong: false,
    closeTimeout: slowCloseMs,
    handleProtocols: () => false as const,
  } as const;
  return options;
}
