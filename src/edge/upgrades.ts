import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What came with a request to go on as a WebSocket, beside the request. */
export interface Upgrade {
  readonly socket: Socket;
  /** What the client sent after its request without waiting for the answer. */
  readonly head: Buffer;
  /** Where a refusal goes. */
  readonly response: ServerResponse;
}

const streamPath = /^\/(?:audit\/)?ws\/v1\//;

/**
 * Whether a request is to go on as a WebSocket. Other offers, such as that of HTTP/2 which some clients make with
 * every first request, are passed over, as HTTP allows: such a request is answered like any other.
 */
export function asksForWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket' && streamPath.test(request.url ?? '');
}

/**
 * Has upgrades take the way of every request, so that they meet the same guards, limits and logs, and a refusal
 * is an ordinary answer. The handler of their route takes the connection over, if it comes to that. The server is
 * made with `asksForWebSocket` as its `shouldUpgradeCallback`.
 */
export class Upgrades {
  private readonly waiting = new WeakMap<IncomingMessage, Upgrade>();

  serve(server: Server, answer: (request: IncomingMessage, response: ServerResponse) => void): void {
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      // Node's own listeners are gone by now; without one an error would end the process.
      socket.on('error', () => socket.destroy());
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(socket);
      response.once('finish', () => socket.destroySoon());
      this.waiting.set(request, { socket, head, response });
      answer(request, response);
    });
  }

  /** Hands the connection over to whoever asks first; `undefined` for a request that was no upgrade. */
  take(request: IncomingMessage): Upgrade | undefined {
    const upgrade = this.waiting.get(request);
    this.waiting.delete(request);
    return upgrade;
  }
}
