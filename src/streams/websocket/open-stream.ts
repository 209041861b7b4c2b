import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { WebSocket } from 'ws';
import type { Settings } from '../../config/settings.js';
import type { Caller } from '../../edge/caller.js';
import type { Credentials } from '../../edge/credentials.js';
import type { KeyRevocations } from '../../edge/key-revocations.js';
import { Problem } from '../../edge/problem.js';
import { withinRequest } from '../../edge/request-context.js';
import type { StreamEnd } from '../../edge/stream.js';
import { type StreamPath, streamPaths } from './channel.js';
import type { Channels } from './channels.js';
import { closeCodes } from './close-code.js';
import { Connection, type ConnectionEvents } from './connection.js';
import type { ConnectionContext } from './connection-context.js';
import type { ConnectionCounts } from './connection-counts.js';
import { Session, type SessionEnvironment } from './session.js';
import type { PathMetrics } from './stream-metrics.js';

/** What all connections share. */
export interface StreamHost {
  readonly settings: Settings;
  readonly channels: Channels;
  /** Absent where nobody is asked who they are. */
  readonly credentials: Credentials | undefined;
  readonly revocations: KeyRevocations;
  readonly counts: ConnectionCounts;
  now(): number;
  forget(stream: OpenStream): void;
}

/** From here on a close code is something that an operator may want to know of. */
const ownCloseCodesFrom = 4_000;
const logger = new Logger('streams');

/** One WebSocket that is open: its connection, what is said over it, and whose it is. */
export class OpenStream implements ConnectionEvents, SessionEnvironment {
  readonly connection: Connection;
  readonly session: Session;
  private authenticationTimer: NodeJS.Timeout | undefined = undefined;
  private stopWatching: (() => void) | undefined = undefined;
  private readonly openedAtMs = performance.now();

  /** The owner is whom the connection was counted as. */
  constructor(
    private readonly host: StreamHost,
    readonly path: StreamPath,
    private readonly metrics: PathMetrics,
    private readonly context: ConnectionContext,
    private owner: string,
    sockets: { readonly webSocket: WebSocket; readonly socket: Socket },
  ) {
    const { streamLagMessagesMax, streamLagBytesMax, streamMessagesPerSecond } = host.settings;
    this.connection = new Connection(
      sockets.webSocket,
      sockets.socket,
      {
        lagMessagesMax: streamLagMessagesMax,
        lagBytesMax: streamLagBytesMax,
        messagesPerSecond: streamMessagesPerSecond,
      },
      this,
    );
    this.session = new Session(this.connection, this, context);
    metrics.opened();
    if (context.caller !== undefined) this.watch(context.caller);
    else if (path === 'account' && host.credentials !== undefined) this.expectAuthentication();
    logger.debug({ msg: 'opened', path: streamPaths[path] });
  }

  get channels(): Channels {
    return this.host.channels;
  }

  get credentials(): Credentials | undefined {
    return this.host.credentials;
  }

  get subscriptionsMax(): number {
    return this.host.settings.streamSubscriptionsMax;
  }

  now(): number {
    return this.host.now();
  }

  message(text: Buffer): void {
    withinRequest(this.context, () => this.session.receive(text));
  }

  messageRefused(isLast: boolean): void {
    const limit = `STREAM_MESSAGES_PER_SECOND (${this.host.settings.streamMessagesPerSecond})`;
    const problem = new Problem('RATE_LIMITED', `More messages came than ${limit} allows; this one was not read.`);
    this.session.receiveRefused(problem);
    if (isLast) this.session.receiveLast(closeCodes.rateLimited, `RATE_LIMITED: far beyond ${limit}`);
  }

  admit(caller: Caller): void {
    this.host.counts.move(this.owner, caller.principal);
    this.owner = caller.principal;
    clearTimeout(this.authenticationTimer);
    this.watch(caller);
  }

  subscribed(channel: string, change: number): void {
    this.metrics.subscribed(channel, change);
  }

  sent(): void {
    this.metrics.sent();
  }

  end(reason: StreamEnd, detail: string): void {
    withinRequest(this.context, () => this.session.end(reason, detail));
  }

  closing(code: number): void {
    clearTimeout(this.authenticationTimer);
    this.stopWatching?.();
    this.metrics.closing(code);
    withinRequest(this.context, () => {
      this.session.close();
      this.tellClosing(code);
    });
  }

  /** Until now it has counted: a slow reader may still have its last messages to come. */
  closed(): void {
    this.host.counts.remove(this.owner);
    this.host.forget(this);
    this.metrics.closed();
  }

  private tellClosing(code: number): void {
    const duration_ms = Math.round(performance.now() - this.openedAtMs);
    const facts = { msg: 'closed', path: streamPaths[this.path], code, duration_ms };
    if (code >= ownCloseCodesFrom || code === closeCodes.internal) logger.log(facts);
    else logger.debug(facts);
  }

  private watch(caller: Caller): void {
    this.stopWatching = this.host.revocations.watch(caller, () => {
      this.end('ACCESS_REVOKED', `${caller.principal} was revoked.`);
    });
  }

  private expectAuthentication(): void {
    const { streamAuthTimeoutMs } = this.host.settings;
    this.authenticationTimer = setTimeout(() => {
      const detail = `No API key was shown within STREAM_AUTH_TIMEOUT_MS (${streamAuthTimeoutMs}).`;
      this.session.refuse(new Problem('UNAUTHENTICATED', detail));
      this.connection.close(closeCodes.unauthenticated, `UNAUTHENTICATED: ${detail}`);
    }, streamAuthTimeoutMs).unref();
  }
}
