import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { closeCodes } from './close-code.js';
import { MessageAllowance } from './message-allowance.js';
import { Outbox, type OutboxLimits } from './outbox.js';

export interface ConnectionLimits extends OutboxLimits {
  readonly messagesPerSecond: number;
}

/** Whom a connection tells what comes, and that it is over. */
export interface ConnectionEvents {
  /** A text message, in UTF-8, that is within the limits. */
  message(text: Buffer): void;
  /** A message came that is beyond the allowance; it was not looked at, and no other is if it was one too many. */
  messageRefused(isLast: boolean): void;
  /** Nothing is sent or received any more. The code is the exchange's, if it was the one that closed. */
  closing(code: number): void;
  /** The socket is gone: at once after that, or when somebody slow has read what was sent before the close frame. */
  closed(): void;
}

/** How long the other side may take to answer a close frame. */
const closeAnswerMs = 5_000;
const unansweredPingsMax = 2;
/** A close frame has room for so much beside its code (RFC 6455, section 5.5). */
const reasonBytesMax = 123;

/** One WebSocket: what it sends is bounded by the outbox, what it takes by the allowance, and that it lives is asked by pings. */
export class Connection {
  readonly outbox: Outbox;
  private readonly allowance: MessageAllowance;
  private isExhausted = false;
  private unansweredPings = 0;
  private closeCode: number | undefined = undefined;
  private closeTimer: NodeJS.Timeout | undefined = undefined;

  constructor(
    private readonly webSocket: WebSocket,
    socket: Socket,
    limits: ConnectionLimits,
    private readonly events: ConnectionEvents,
  ) {
    this.allowance = new MessageAllowance(limits.messagesPerSecond);
    this.outbox = new Outbox(
      socket,
      limits,
      () => webSocket.readyState === WebSocket.OPEN,
      (limit) => this.close(closeCodes.slowConsumer, `SLOW_CONSUMER: further behind than ${limit}; resume by sequence`),
    );
    // Whoever takes what is sent is alive, even if a pong is still behind all of it.
    socket.on('drain', () => this.answered());
    webSocket.on('message', (data: Buffer, isBinary) => this.receive(data, isBinary));
    webSocket.on('ping', (data) => this.pong(data));
    webSocket.on('pong', () => this.answered());
    webSocket.on('error', (error) => this.fail(error));
    webSocket.on('close', (code) => this.end(code));
  }

  get isOpen(): boolean {
    return this.closeCode === undefined && this.webSocket.readyState === WebSocket.OPEN;
  }

  /** Asks whether somebody is still there, or gives the connection up after the second question without an answer. */
  checkAlive(): void {
    // A client that said goodbye is gone, even if its socket is not.
    if (this.webSocket.readyState !== WebSocket.OPEN && this.closeCode === undefined) this.expectEnd(closedByClient);
    if (!this.isOpen) return;
    if (this.unansweredPings >= unansweredPingsMax) {
      this.close(closeCodes.noPong, `no pong to ${unansweredPingsMax} pings`);
      return;
    }
    this.unansweredPings += 1;
    this.webSocket.ping();
  }

  /** What waits to be sent is dropped; what the socket has is followed by the close frame. */
  close(code: number, reason = ''): void {
    if (this.closeCode !== undefined) return;
    this.webSocket.close(code, Buffer.from(reason).subarray(0, reasonBytesMax));
    this.expectEnd(code);
  }

  /** Without a word, and at once. */
  terminate(): void {
    this.webSocket.terminate();
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (!this.isOpen || this.isExhausted) return;
    if (isBinary) {
      this.close(closeCodes.binary, 'Messages are JSON, in text frames.');
      return;
    }
    if (this.mayTake()) this.events.message(data);
  }

  private mayTake(): boolean {
    const taken = this.allowance.take();
    this.isExhausted = taken === 'exhausted';
    if (taken !== 'taken') this.events.messageRefused(this.isExhausted);
    return taken === 'taken';
  }

  /** The library would answer every ping of somebody who reads none of it; here those take from the allowance too. */
  private pong(data: Buffer): void {
    if (this.isOpen && !this.isExhausted && this.mayTake() && !this.outbox.congested) this.webSocket.pong(data);
  }

  private answered(): void {
    this.unansweredPings = 0;
  }

  /** What arrived is no WebSocket, or too much of it: the library has closed with this code. */
  private fail(error: Error & { code?: string }): void {
    if (this.closeCode === undefined) this.expectEnd(codeOfFault(error.code));
  }

  private expectEnd(code: number): void {
    this.closeCode = code;
    this.outbox.close();
    this.events.closing(code);
    // A slow reader sees why it was closed when it has read what came before, however long that takes it; the
    // library gives up in the end (`closeTimeout`).
    if (code === closeCodes.slowConsumer) return;
    this.closeTimer = setTimeout(() => this.webSocket.terminate(), closeAnswerMs).unref();
  }

  private end(code: number): void {
    if (this.closeCode === undefined) this.expectEnd(code);
    clearTimeout(this.closeTimer);
    this.events.closed();
  }
}

const protocolError = 1002;
/** No code of the client's is known. */
const closedByClient = 1005;
const connectionLost = 1006;

/** The library tells its close codes by the names of its errors; any other error is the network's. */
function codeOfFault(code = ''): number {
  if (!code.startsWith('WS_ERR_')) return connectionLost;
  switch (code) {
    case 'WS_ERR_INVALID_UTF8':
      return closeCodes.notUtf8;
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
      return closeCodes.tooLarge;
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return closeCodes.tooManyFragments;
    default:
      return protocolError;
  }
}
